//! What must hold for answers and the day's report.

use super::*;

/// The answers to an altered sample, checked with every item kept by lot.
fn answered(text: &str) -> (String, String) {
    let file = read(text.as_bytes(), None, &Limits::default()).unwrap();
    let needs = Needs {
        otherwise: Some(Tracking::Lot),
        ..Needs::default()
    };
    let found: Vec<(usize, Vec<Finding>)> = file
        .readings
        .iter()
        .enumerate()
        .filter_map(|(at, reading)| Some((at, check(reading.notice.as_ref()?, &needs))))
        .collect();
    let reply = reply::reply(&file, 0, &found, &numbers(501, 502, 1)).unwrap().unwrap();
    for document in [Some(&reply.received), reply.judged.as_ref()].into_iter().flatten() {
        let held = interchanges(document, &Limits::default()).unwrap();
        assert_eq!(held[0].findings, [], "an answer is sound itself");
    }
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(reply.received), reply.judged.map(text).unwrap_or_default())
}

#[test]
fn a_good_notice_is_accepted_and_the_answer_goes_back_where_it_came_from() {
    let (received, judged) = answered(SAMPLE);
    for part in [
        "*ZZ*CUSTOMERDC     *ZZ*ORIGINDC       *",
        "GS*FA*CUSTOMERDC*ORIGINDC*20260302*0905*502*X*004010~",
        "AK1*SH*101~\nAK2*856*0001~\nAK5*A~\nAK9*A*1*1*1~\nSE*6*0001~",
    ] {
        assert!(received.contains(part), "{part} in {received}");
    }
    assert!(
        judged.contains("GS*AG*CUSTOMERDC*ORIGINDC*20260302*0905*503*"),
        "{judged}"
    );
    assert!(
        judged.contains("OTI*TA*SI*SHP0007712*ORIGINDC*CUSTOMERDC***101*0001*856~\nSE*"),
        "{judged}"
    );
}

#[test]
fn what_is_wrong_is_answered_by_segment_element_and_code() {
    for (from, to, told) in [
        ("SE*33*", "SE*34*", "AK5*R*4~\nAK9*R*1*1*0~"),
        ("SE*33*0001~\n", "", "AK5*R*2~\nAK9*R*1*1*0~"),
        ("ST*856*", "ST*850*", "AK2*850*0001~\nAK5*R*1~"),
        ("GE*1*101", "GE*1*102", "AK5*A~\nAK9*R*1*1*0*4~"),
        ("HL*3*2*T", "HL*3*9*T", "AK3*HL*13**8~\nAK4*2**7*9~\nAK5*R*5~"),
        (
            "DTM*036*20280331",
            "DTM*036*20280231",
            "AK3*DTM*24**8~\nAK4*2**8*20280231~\nAK5*R*5~",
        ),
        ("PRF*PO4711***20260225~\n", "", "AK3*PRF*11**3~"),
    ] {
        let (received, _) = answered(&SAMPLE.replacen(from, to, 1));
        assert!(received.contains(told), "{from} {to}: {received}");
    }
}

#[test]
fn what_only_the_warehouse_can_know_is_answered_by_the_824() {
    let bare = SAMPLE
        .replace("*LT*TOM-77~\nSN1", "~\nSN1")
        .replace("REF*LT*TOM-77~\n", "")
        .replace("SE*33", "SE*32");
    let (received, judged) = answered(&bare);
    assert!(received.contains("AK5*A~"), "{received}");
    assert!(judged.contains("OTI*TR*SI*SHP0007712*"), "{judged}");
    let told = "TED*007*lot_missing LINE 2 19521141012342 195211410000000318*LIN*28~";
    assert!(judged.contains(told), "{judged}");
    let (_, judged) = answered(&SAMPLE.replace("UL*9521141000014", "UL*9521141000015"));
    assert!(
        judged.contains("OTI*TE*") && judged.contains("TED*848*bad_gln*N1*9*4**9521141000015~"),
        "{judged}"
    );
}

#[test]
fn a_desadv_is_answered_by_a_contrl() {
    let golden = include_str!("../../../tests/fixtures/edi/sotpi.desadv");
    let (good, _) = answered(golden);
    assert!(
        good.contains("UCI+101+9521141000014:14+9521141000021:14+8'\nUCM+1+DESADV:D:01B:UN:EAN007+7'"),
        "{good}"
    );
    assert!(good.contains("UNB+UNOC:3+9521141000021:14+9521141000014:14+"), "{good}");
    let (bad, _) = answered(
        &golden
            .replace("DTM+36:20280331", "DTM+36:20280231")
            .replace("UNT+39", "UNT+38"),
    );
    assert!(bad.contains("+4+29'\nUCS+26'\nUCD+12+2'"), "{bad}");
    let (lie, _) = answered(&golden.replace("UNZ+1+101", "UNZ+1+102"));
    assert!(lie.contains("+4+28+UNZ'\nUNT"), "{lie}");
}

#[test]
fn the_days_exceptions_are_lines_that_no_spreadsheet_runs() {
    let text = SAMPLE
        .replace("REF*SE*A2", "REF*SE*=cmd|x")
        .replace("REF*SE*A3", "REF*SE*=cmd|x");
    let file = read(text.as_bytes(), None, &Limits::default()).unwrap();
    let needs = Needs {
        otherwise: Some(Tracking::Lot),
        ..Needs::default()
    };
    let found = vec![(0, check(file.readings[0].notice.as_ref().unwrap(), &needs))];
    let rows = report::exceptions("in/1.x12", &file, &found);
    let csv = report::csv(&rows);
    let lines: Vec<&str> = csv.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 2, "{csv}");
    assert!(
        lines[1]
            .starts_with("in/1.x12,ORIGINDC,000000101,SHP0007712,1,09521141012345,195211410000000240,serial_twice,")
    );
    assert!(lines[1].contains(",'=cmd|x,"), "{csv}");
}
