//! Requests and their names.

use crate::device::*;
use lotline_record::wire::Problem;

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
