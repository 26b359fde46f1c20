day = { $day } { $month } { $year }
month-1 = Jan
month-2 = Feb
month-3 = Mar
month-4 = Apr
month-5 = May
month-6 = Jun
month-7 = Jul
month-8 = Aug
month-9 = Sep
month-10 = Oct
month-11 = Nov
month-12 = Dec
plain = { $text }
plate-name = Pallet { $plate }
place-unknown = not known
virtual-supplier = supplier
virtual-customer = customer
virtual-produced = produced
virtual-consumed = consumed
virtual-disposed = disposed
virtual-opening = opening balance
virtual-unexplained = unexplained

sign-in-title = SIGN IN
sign-in-badge-prompt = Scan your badge
sign-in-pin-prompt = Enter your PIN
signed-in = Signed in: { $name }
open-work-waits = Open work waits
home-title = WORK
home-prompt = Choose, or scan anything
receive-title = RECEIVE
receive-title-of = RECEIVE  { $document }  { $owner }
choose-notice-prompt = Choose the ship notice
receive-prompt = Scan the next case
received-plate = { $plate } received
receipt-done = { $document } is complete
receipt-short = { $document } closed short
pick-title = PICK
pick-title-of = PICK  { $document }  line { $line }/{ $lines }
choose-order-prompt = Choose the order
pick-bin-prompt = Go to { $place }, scan the bin
pick-item-prompt = Scan the goods
pick-none-prompt = Nothing left to pick from
pick-stage-prompt = Put it down at { $place }
at-bin = At { $place }
line-short = Line ended short
bin-empty-noted = Noted: the bin is empty
order-staged = { $document } stands at { $place }
put-away-title = PUT AWAY
put-away-lift-prompt = Scan what you lift
put-away-drop-prompt = Scan the bin
on-the-cart = on the cart
still-on-cart = Something is still on the cart. Put it down first.
lifted = On the cart: { $what }
dropped = Put away at { $place }
look-up-title = LOOK UP
look-up-prompt = Scan anything
look-up-again-prompt = Scan the next thing
exceptions-title = EXCEPTIONS
exceptions-prompt = Choose an exception
exceptions-none-prompt = Nothing is open
exception-title = EXCEPTION  { $age } min  target { $target } h
exception-prompt = Decide what happens
exception-age = { $age } min
sign-badge-prompt = Scan your badge to sign
sign-pin-prompt = Enter your PIN to sign
signed = Signed by { $name }: { $meaning }
meaning-accept = what was seen is right
meaning-correct-record = the record was wrong and is corrected
meaning-relabel = the label is wrong and is replaced
meaning-quarantine = quarantined until decided
meaning-reject = rejected
call-a-supervisor = Call a supervisor
put-aside-done = Put aside at { $place }. A supervisor decides: { $exception }.
undone = Taken back
range-first-prompt = Scan the first serial
range-last-prompt = Scan the last serial
range-count-prompt = { $count ->
    [one] Count one unit
   *[other] Count { $count } units
}
range-counted = { $count ->
    [one] One unit counted
   *[other] { $count } units counted
}
tags-counted = { $new } tags counted{ $again ->
    [0] {""}
   *[other] , { $again } seen before
}
warn-tags-strange = { $new } tags counted, { $strange } are of something else and do not count.
warn-tags-unwanted = { $count } tags seen; nothing awaits tags here. They are kept and do not count.
equal-label = { $said } · { $times ->
    [2] second
    [3] third
   *[other] { $times }th
} equal label
nothing-to-undo = Nothing to take back
document-line = { $document }  { $partner }  { $owner }
line-of = { $done } of { $total } { $unit }  { $lot }
progress = { $done } of { $total } { $unit }
goods = { $name }, { $quantity }
goods-lot = { $name }, lot { $lot }, { $quantity }
goods-lot-expiry = { $name }, lot { $lot }, expires { $expiry }, { $quantity }
goods-lot-expiry-serial = { $name }, lot { $lot }, expires { $expiry }, serial { $serial }
goods-serial = { $name }, serial { $serial }
stock-here = { $place }
stock-detail = { $amount }  { $lot }
block-of = { $kind }: { $reason }
contents-scanned = scanned
contents-inferred = as told by the notice
contents-unknown = not known

action-receive = Receive
action-pick = Pick
action-put-away = Put away
action-look-up = Look up
action-exceptions = { $count ->
        [0] Exceptions
        [one] Exceptions (1)
       *[other] Exceptions ({ $count })
    }
action-sign-out = Sign out
action-take-over = Take over open work
action-back = Back
action-undo = Undo
action-done = Done
action-short = Short
action-range = Serials in a row
action-count-range = Count them
action-bin-empty = Bin empty
action-put-aside = Put aside
action-scan-again = Scan again
action-understood = Understood
action-open-exception = Open { $n }
action-accept = It is right
action-correct-record = Record is wrong, correct it
action-relabel = Label is wrong, relabel
action-quarantine = Quarantine
action-reject = Reject

field-person = Person
field-cart = Cart
field-first = First
field-last = Last
field-from = From
field-for = For
field-dock = Dock
field-go-to = Go to
field-at = At
field-item = Item
field-owner = Owner
field-lot = Lot
field-serial = Serial
field-expires = Expires
field-place = Place
field-plate = Pallet
field-contents = Contents
field-blocked = Blocked
field-what = What
field-goods = Goods
field-on-label = On the label
field-in-record = In our record
field-seen-by = Seen by
field-who-may = Who may decide
field-open-work = Note

when-today = Today { $clock }
when-day = { $day } { $clock }
history-received = { $when} received at { $to }: { $amount }
history-lifted = { $when} lifted from { $from }: { $amount }
history-dropped = { $when} put down at { $to }: { $amount }
history-picked = { $when} picked from { $from }: { $amount }
history-set-aside = { $when} put aside at { $to }: { $amount }
history-seen = { $when} looked up
history-raised = { $when} exception raised ({ $what })
history-resolved = { $when} exception settled ({ $what })
history-undone = { $when} taken back ({ $what }): { $amount }
history-refused = { $when} stopped
history-detail = { $who }  { $document }

status-alone = No server · { $queued } kept here
status-all-sent = On line · all sent
status-sending = On line · { $queued } waiting
status-offline = { $hours ->
        [0] Offline { $minutes } min · { $queued } waiting
       *[other] Offline { $hours } h { $minutes } · { $queued } waiting
    }
status-sign-in = The server does not know this device · { $queued } waiting
status-revoked = This device was cut off · { $queued } kept
status-update = App too old for the server · { $queued } waiting
status-busy = The server asks to wait · { $queued } waiting
status-alarm = The server's answer was wrong · { $queued } kept

calibrated = Calibrated: this device now knows how its scanner sends labels.
calibrated-without-separator = The scanner drops separators. Have its settings corrected, then scan this label again.
half-label = { $item }: still missing: { $missing }. Scan the other code.
part-lot = lot
part-serial = serial number
part-expiry = expiry date
list-two = { $a } and { $b }
list-three = { $a }, { $b } and { $c }

more-title = MORE WORK
more-prompt = Choose, or scan anything
action-more = More work
check-digits-prompt = Enter the digits at { $place }
move-title = MOVE
move-from-prompt = Scan the place or pallet
move-lift-prompt = Scan what you lift
move-drop-prompt = Scan more, or where it goes
moved = Put down at { $place }
action-move = Move
action-another-place = Lift elsewhere

action-adjust = Adjust stock
action-other-reason = Other reason
adjust-title = ADJUST
adjust-place-prompt = Scan the place
adjust-reason-prompt = Choose the reason
adjust-scan-prompt = Scan what it is about
adjust-quantity-prompt = How many?
adjusted = Adjusted: { $what }
signature-needed = More than one person may adjust. A supervisor signs.
sign-second-badge-prompt = Supervisor: scan your badge
sign-second-pin-prompt = Supervisor: enter your PIN
meaning-adjust = the adjustment is right
field-reason = Reason
reason-found = Found
reason-lost = Lost
reason-damaged = Damaged
reason-expired = Expired
history-adjusted = { $when} adjusted ({ $what }): { $amount }

action-count = Count
action-count-empty = Nothing lies here
count-title = COUNT
count-place-prompt = Scan the place
count-scan-prompt = Scan what lies here
count-empty-prompt = Is the place empty?
count-line = counted
count-is-open = The count is open. Finish it, or undo.
count-stands = Counted: { $place }
count-again = { $place } is counted again by another person.
count-differs = The count of { $place } differs. Another person counts again.
history-counted = { $when} counted at { $to }: { $amount }

action-hold = Hold or release
hold-title = HOLD
hold-scan-prompt = Scan what it is about
hold-choose-prompt = Choose what to hold or release
hold-range-prompt = Scan the other end
hold-number-prompt = Enter the supplier's lot number
hold-kind-prompt = Hold or quarantine?
hold-reason-prompt = Choose or enter the reason
hold-release-prompt = Why is it released?
action-hold-serial = Hold this unit
action-hold-range = Hold a range of serials
action-hold-lot = Hold the lot
action-hold-supplier-lot = Hold the supplier's lot
action-hold-item = Hold the whole item
action-hold-place = Hold the place
action-hold-plate = Hold the pallet
action-kind-hold = Hold
action-kind-quarantine = Quarantine
action-release = Release { $block }
block-reason-damaged = damaged
block-reason-contaminated = contaminated
block-reason-paperwork = papers are missing
block-reason-complaint = complaint
block-reason-inspected = inspected and good
block-reason-paperwork-came = the papers came
block-reason-by-mistake = held by mistake
block-covers = { $block }  { $covers }
block-gone = Block { $block } is no longer open.
covers-item = all of item { $item }
covers-lot = lot { $lot }
covers-supplier-lot = supplier's lot { $lot }
covers-serial = serial { $serial }
covers-numbers = serials { $first } to { $last } by number
covers-letters = serials { $first } to { $last } by letter
covers-place = all at { $place }
held = On hold: { $what }, block { $block }
quarantined = Quarantined: { $what }, block { $block }
meaning-release = released
field-covers = Covers
field-block = Block
history-blocked = { $when} blocked
history-released = { $when} block released

action-shift-end = End the shift
shift-title = SHIFT END
shift-prompt = See what is left open
shift-clear-prompt = Nothing is left open
shift-lines-open = { $open } of { $lines } lines open
field-unsent = Not sent
field-on-cart = On the cart
field-half-done = Half done
field-own-exceptions = Own exceptions
action-ship = Load and ship
action-close-trailer = Close the trailer
action-ship-now = Ship
action-ship-short = Ship short
action-sign-exception = Supervisor signs
ship-title = SHIP
ship-title-of = SHIP  { $document }
ship-trailer-prompt = Scan the trailer
ship-load-prompt = Scan what you load
ship-seal-prompt = Scan or type the seal
ship-ready-prompt = Ship, or scan another seal
ship-confirm-prompt = Ship without these?
ship-short = { $missing } are missing. Load them, or ship short.
field-trailer = Trailer
field-seal = Seal
field-recall-list = Recall list
list-age = { $hours ->
        [0] { $minutes } min old
       *[other] { $hours } h { $minutes } min old
    }
list-none = none
loaded = Loaded: { $what }. Recall list: { $list }
sealed = Seal { $seal }
nothing-loaded = Nothing is on the trailer yet.
loading-goes-on = { $document } stays open on { $trailer }. Anybody may go on.
order-shipped = { $document } left for { $partner }. Recall list: { $list }
meaning-recall-list = loaded and shipped by an old recall list
history-loaded = { $when} loaded onto { $to }: { $amount }
history-shipped = { $when} shipped to { $partner }: { $amount }
