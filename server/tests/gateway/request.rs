//! Requests and their names.

use crate::device::*;
use lotline_record::wire::Problem;

#[tokio::test]
async fn the_document_of_the_routes_is_served_as_it_is_checked_in() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let asked = client().get(format!("http://{}/openapi.json", running.addr()));
    let response = asked.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/json");
    let served: serde_json::Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
    let kept: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(page).unwrap()).unwrap();
    assert_eq!(served, kept);
    // Each path of the document is one of the router's: asked by another method, it says that it knows another.
    for path in served["paths"].as_object().unwrap().keys() {
        let asked = client().delete(format!("http://{}{path}", running.addr()));
        let problem: Problem = serde_json::from_slice(&asked.send().await.unwrap().bytes().await.unwrap()).unwrap();
        assert_eq!(problem.detail, "this address knows another method", "{path}");
    }
}

#[tokio::test]
async fn a_request_keeps_its_name_in_the_answer_and_in_a_problem_and_gets_one_where_it_has_none() {
    let folder = tempfile::tempdir().unwrap();
    let running = start(folder.path()).await;
    let ask = async |path: &str, name: Option<&str>| {
        let mut request = client().get(format!("http://{}{path}", running.addr()));
        if let Some(name) = name {
            request = request.header("lotline-request", name);
        }
        let response = request.send().await.unwrap();
        let named = response.headers()["lotline-request"].to_str().unwrap().to_owned();
        (named, response.bytes().await.unwrap())
    };
    let own = "01a1b2c3-0000-7000-8000-0000000000aa";
    assert_eq!(ask("/v1/health", Some(own)).await.0, own);
    for path in ["/v1/nothing", "/v1/changes?cursor=0", "/console/nothing"] {
        let (named, body) = ask(path, Some(own)).await;
        let problem: Problem = serde_json::from_slice(&body).unwrap();
        assert_eq!((named.as_str(), problem.request.as_deref()), (own, Some(own)), "{path}");
    }
    let (first, _) = ask("/v1/health", None).await;
    let (second, _) = ask("/v1/health", None).await;
    assert!(first.len() == 32 && second.len() == 32 && first != second);
    let (named, _) = ask("/v1/health", Some("a name, with more than may be in one")).await;
    assert_eq!(named.len(), 32);
}
