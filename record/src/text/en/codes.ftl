# The record's own words, as people read them: they are codes in entries and exports.

exception-code = { $what ->
    [expiry_contradiction] another expiry
    [shelf_life] too little shelf life
    [tolerance] more than may come
    [on_document] not on the document
    [returned] return in doubt
    [verification] not verified
    [listed_lot] another lot than told
    [listed_serial] another serial than told
    [number_format] unusual number
    [profile_fields] not as the law asks
    [policy_refused] policy refused
    [journal_damaged] record of a device damaged
    [notice_details] notice without details
    [serial_unique] serial came before
    [blocked] blocked
    [disputed_serial] disputed serial
    [child_elsewhere] recorded elsewhere
    [plate_built_twice] pallet label given twice
    [relabelled_twice] relabelled twice
    [plate_cycle] pallets on one another in a circle
    [count] count differs
    [excursion] out of its limits
    [intercept] recalled and gone
    [block_unknown] unknown block
    [exception_overruled] decided more strictly
    [exception_settled] settled before
    [exception_unknown] unknown exception
    [inspection_failed] failed the inspection
    [no_authority] without authority
    [undo_differs] taken back otherwise
    [undo_unknown] taken back, but unknown
    [undone_twice] taken back twice
    [verdict_disagrees] device and gateway disagree
    [wms_refused] refused by the WMS
    [task_done_twice] task done twice
   *[other] { $what }
}

way-out = { $what ->
    [accept] accepted
    [correct_record] record corrected
    [relabel] label replaced
    [quarantine] quarantined
    [reject] rejected
    [recounted] counted again
   *[other] { $what }
}

answer-of = { $what ->
    [active] active
    [inactive] not active
    [alert] alert
   *[other] { $what }
}

outcome-of = { $what ->
    [pass] passed
    [partial] passed in part
    [fail] failed
   *[other] { $what }
}

reason-of = { $what ->
    [damaged] damaged
    [expired] expired
    [found] found
    [lost] lost
    [not_there] not there
    [recalled] recalled
    [contaminated] contaminated
    [label] label unreadable
   *[other] { $what }
}

label-reason-of = { $what ->
    [unreadable] unreadable
    [damaged] damaged
    [wrong] wrong
    [lost] lost
   *[other] { $what }
}

act-of = { $what ->
    [received] receipt
    [damaged] damage
    [returned] return
    [lifted] lift
    [dropped] put-down
    [plate_built] new pallet
    [picked] pick
    [packed] packing
    [loaded] loading
    [shipped] shipment
    [set_aside] put aside
    [adjusted] adjustment
    [consumed] used up
    [produced] made
    [counted] count
    [disposed] destruction
    [plate_broken] broken-down pallet
    [carton_closed] closed carton
    [pack_verified] check of packing
    [shorted] shortage
    [ship_confirmed] shipment
    [overridden] out of turn
    [inspected] inspection
    [measured] reading
    [blocked] block
    [relabelled] new label
   *[other] { $what }
}
