# Stops have three sentences: .what is wrong, .why we know, .do now. Warnings say what was done and why it is fine.

stop-unexplained = Stop
    .what = This cannot go on.
    .why = A rule of this site forbids it.
    .do = Put it aside and call a supervisor.
stop-prompt = Read this first
stop-unknown-item = Unknown item
    .what = No item here has the code { $key }.
    .why = It is in none of the catalogues on this device.
    .do = Put it aside and scan another label of it.
stop-several-owners = Whose goods?
    .what = { $count } owners have the code { $key }.
    .why = The label alone does not say whose it is.
    .do = Open the document it belongs to first.
stop-lot-missing = No lot number
    .what = This label has no lot number.
    .why = This item is kept by lot.
    .do = Scan the label with the lot.
stop-serial-missing = No serial number
    .what = This label has no serial number.
    .why = Each unit of this item has its own.
    .do = Scan the label with the serial.
stop-expiry-missing = No expiry date
    .what = This label has no expiry date, and we know none for its lot.
    .why = This item expires.
    .do = Scan the label with the expiry.
stop-not-on-document = Not on { $document }
    .what = { $document } does not ask for { $item }.
    .why = None of its lines has this item.
    .do = Put it aside.
stop-over-receipt = Too many
    .what = { $adding } would be more than the line asks for.
    .why = { $done } of { $expected } are there already.
    .do = Put it aside.
stop-expired-at-receipt = Expired
    .what = Lot { $lot } expired on { $expiry }.
    .why = The label says so.
    .do = Put it aside.
stop-short-shelf-life = Too little shelf life
    .what = Lot { $lot } expires on { $expiry }, { $left ->
        [one] in one day
       *[other] in { $left } days
    }.
    .why = At least { $need } days are asked for.
    .do = Put it aside or take another lot.
stop-expiry-contradiction = Another expiry
    .what = This label says lot { $lot } expires on { $label }.
    .why = We know it with { $known }{ $units ->
        [0] .
       *[other] , from { $units } units here.
    }
    .do = Put it aside.
stop-serial-known = Serial already here
    .what = Serial { $serial } is already in the warehouse.
    .why = The record has it at { $at }.
    .do = Put it aside: one of the two is not genuine, or was scanned before.
stop-serial-shipped = Serial was shipped
    .what = Serial { $serial } has left this warehouse.
    .why = The record has it as shipped.
    .do = Treat it as a return.
stop-recalled = Recalled
    .what = { $subject } is recalled ({ $reason }).
    .why = Recall { $block } covers it.
    .do = Take it to the cage. It must not leave.
stop-blocked = Blocked
    .what = { $subject } must not be picked: { $kind } ({ $reason }).
    .why = Block { $block } covers it.
    .do = Leave it and take another.
stop-expired = Expired
    .what = Lot { $lot } expired on { $expiry }.
    .why = Expired goods must not leave.
    .do = Leave it here and take another lot.
stop-rotation = Another lot goes first
    .what = Lot { $first } at { $place } must leave before lot { $lot }.
    .why = It expires earlier: { $firstday }.
    .do = Take lot { $first } from { $place }.
stop-wrong-place = Wrong place
    .what = This is { $scanned }.
    .why = The work is at { $asked }.
    .do = Go to { $asked }.
stop-wrong-item = Wrong item
    .what = This is { $scanned }.
    .why = The line asks for { $asked }.
    .do = Put it back and scan { $asked }.
stop-over-pick = More than asked
    .what = { $adding } more would be too many.
    .why = { $done } of { $asked } are picked.
    .do = Put it back or open the pack.
stop-no-authority = Not yours to decide
    .what = A { $role } cannot decide this.
    .why = The site gives it to another role.
    .do = Call a supervisor.
stop-own-scan = Your own scan
    .what = You made this scan yourself.
    .why = Nobody settles their own exception.
    .do = Ask another supervisor.
stop-out-of-scope = Not your owner
    .what = These goods belong to an owner you do not work for.
    .why = The directory says so.
    .do = Ask a supervisor of that owner.

stop-unknown-document = Unknown document
    .what = { $document } is not open here.
    .why = This device knows no open document of that number.
    .do = Choose one from the list.
stop-no-dock = No dock
    .what = { $document } has no dock.
    .why = The notice does not say where it arrives.
    .do = Ask the office for its dock.
stop-no-staging = No staging place
    .what = { $document } has no staging place.
    .why = The order does not say where it is staged.
    .do = Ask the office for its place.
stop-not-a-label = Not a label of goods
    .what = { $text } is not a label of goods.
    .why = It has no item code.
    .do = Scan the label on the case.
stop-range-no-serial = No serial number
    .what = This label has no serial number.
    .why = A range is told by the serials of its first and last unit.
    .do = Scan the label of one unit.
stop-range-other-goods = Other goods
    .what = This is not the same as the first label of the range.
    .why = Item, lot and expiry must be the same from first to last.
    .do = Scan the last unit of the row, or go back.
stop-no-range = Not a row of serials
    .what = { $first } to { $last } is not a row.
    .why = { $why ->
        [backwards] The last serial comes before the first one.
        [too_long] These would be more than 10,000 units.
       *[not_in_a_row] The serials differ in more than the digits at their end.
    }
    .do = Scan the last unit of the row, or go back.
stop-range-confirm = Count the row first
    .what = The row of serials is not counted yet.
    .why = Its first and its last unit are known.
    .do = Count it, or go back.
stop-unreadable-label = Label cannot be read
    .what = This label is damaged or wrongly printed.
    .why = { $why } ({ $code }).
    .do = Scan another label of it, or put it aside.
stop-unknown-place = Unknown place
    .what = { $place } is no place here.
    .why = It is not among the places of this site.
    .do = Scan the label of the place.
stop-nothing-lifted = Nothing lifted
    .what = Nothing is on the cart for { $place }.
    .why = A load is lifted before it is put down.
    .do = Scan what you put away first.
stop-not-a-bin = Not a bin
    .what = { $place } carries goods, it does not store them.
    .why = Put-away ends in a bin.
    .do = Scan a bin.
stop-already-lifted = Already on the cart
    .what = { $what } is on the cart already.
    .why = It was lifted before.
    .do = Scan the bin.
stop-scan-bin-first = Scan the bin first
    .what = The bin is not confirmed yet.
    .why = The record must know where it was taken from.
    .do = Scan the label of the bin.
stop-scan-staging = All lines are done
    .what = Nothing more is asked for.
    .why = Every line of this order is picked.
    .do = Scan { $place }.
stop-not-found = Nothing found
    .what = { $text } is unknown here.
    .why = It is no label, place or pallet of this site.
    .do = Scan it once more.
stop-other-badge = Another badge
    .what = This is not your badge.
    .why = A signature needs the badge of who is signed in.
    .do = Scan your own badge.
stop-scan-not-here = No scan needed
    .what = This step takes no scan.
    .why = Something has to be chosen first.
    .do = Choose one of the actions.
stop-acknowledge-first = Acknowledge first
    .what = This scan did not count.
    .why = A stop is still waiting.
    .do = Acknowledge the stop, then scan again.
stop-unknown-badge = Unknown badge
    .what = This badge is not known here.
    .why = It is not in the directory of this site.
    .do = Scan your badge, or ask a supervisor.
stop-inactive = Badge not in use
    .what = This badge is no longer in use.
    .why = The directory says so.
    .do = Ask a supervisor.
stop-wrong-pin = Wrong PIN
    .what = That PIN is not right.
    .why = It does not fit the badge.
    .do = Scan your badge and try again.
stop-locked-out = Locked
    .what = Too many wrong PINs.
    .why = The badge is locked on this device.
    .do = Wait { $minutes ->
        [one] one minute
       *[other] { $minutes } minutes
    } or ask a supervisor.

warn-serial-elsewhere = Serial { $serial } was recorded at { $at }. It counts as taken from { $from }.
warn-expired = Lot { $lot } expired on { $expiry }. It may be moved, not shipped.
warn-expires-soon = Lot { $lot } expires on { $expiry }, { $left ->
        [0] today
        [one] in one day
       *[other] in { $left } days
    }. It counted.
warn-rotation-allocated = Lot { $first } would go first. The office chose lot { $lot }, so it counted.
warn-other-place = { $asked } was suggested. { $scanned } is recorded.
warn-not-in-stock = The record has { $held } of { $subject } at { $from }. Your scan counted.
warn-origin-unknown = Nobody told us yet where { $subject } came from. It counted.
warn-blocked = { $subject } is blocked ({ $kind }: { $reason }). It may be moved, not shipped.

# What the gateway finds when it applies an entry.
found-block-unknown = A block was released that the gateway does not know. Nothing was changed.
found-exception-settled = This exception was settled before, by somebody else. The more restrictive decision stands.
found-exception-unknown = An exception was settled that the gateway does not know. Nothing was changed.
found-no-authority = The person who signed this may not decide it. The decision was recorded and has no effect.
found-undo-differs = Something was taken back that was recorded differently. Nothing was changed.
found-undo-unknown = Something was taken back that the gateway does not know. Nothing was changed.
found-undone-twice = This was taken back before. The second time has no effect.
found-verdict-disagrees = The rules say something else of the facts in this entry than the handheld did. The entry counts.
found-wms-refused = The warehouse's own system refused this: { $reason }

stop-second-code-alone = Item code first
    .what = This code did not count.
    .why = It names a lot, serial or date, but not its item, and no item code was read just before it.
    .do = Scan the item code, then this one.
stop-two-halves = Two items are open
    .what = None of these codes counted.
    .why = The item code before this one still waits for its other code, and this is another item.
    .do = Scan both codes of one unit, one after the other, then the next unit.
stop-no-number-left = No number left
    .what = This device has no number left for { $series }.
    .why = Each number is used once, and all that were leased to it are used.
    .do = Go where there is a network; more come by themselves.
stop-ambiguous-label = Scan it again
    .what = This label did not count.
    .why = A separator between its parts was lost, and it can be read in { $count } ways.
    .do = Scan it again, or another code of it. If that does not help, scan the calibration label once.
stop-calibration = Calibration failed
    .what = This device learned nothing.
    .why = { $why ->
        [letters] The scanner changes capitals to small letters, or small letters to capitals.
        [separators] The scanner does not send the same thing for each separator.
       *[reads] The scanner sent the label more than once, and not each time the same.
    }
    .do = Have the scanner's settings corrected, then scan the calibration label again.

stop-check-digits = Other digits
    .what = { $entered } is not what stands at { $place }.
    .why = The digits at the bin show that this is the right one.
    .do = Read the digits at { $place } once more.
stop-digits-first = Digits first
    .what = This scan did not count.
    .why = { $place } is not confirmed yet.
    .do = Enter the digits that stand at { $place }.
stop-serial-gone = No longer here
    .what = Serial { $serial } should not be here.
    .why = The record has it as { $status ->
        [consumed] used up
       *[disposed] destroyed
    }.
    .do = Put it aside and call a supervisor.
stop-blocked-goods = Only to a cage
    .what = { $subject } is blocked: { $kind } ({ $reason }).
    .why = Block { $block } covers it.
    .do = Put it down in a cage.
stop-blocked-place = Blocked place
    .what = { $subject } is blocked: { $kind } ({ $reason }).
    .why = Block { $block } covers the place.
    .do = Put it down somewhere else.
stop-place-first = Place first
    .what = This scan did not count.
    .why = The record must know where it is taken from.
    .do = Scan the label of the place it lies in.
stop-only-carries = Carries only
    .what = { $place } carries goods, it does not store them.
    .why = It is a cart, fork or tote.
    .do = Scan the place itself.
warn-contents-unknown = Nobody knows what is on { $subject }, so no recall could be checked. It counted.

stop-reason-first = Reason first
    .what = This scan did not count.
    .why = The record must know why stock comes or goes.
    .do = Choose a reason.
stop-quantity-first = How many?
    .what = This scan did not count.
    .why = How many of the last one is still open.
    .do = Enter how many, or undo.
stop-not-a-quantity = Not a quantity
    .what = { $text } cannot be a quantity.
    .why = It must be a number above zero.
    .do = Enter how many once more.
stop-adjust-limit = Needs a second person
    .what = This is more than { $limit } in one go.
    .why = Above that, the site asks for two people.
    .do = Call a supervisor.
stop-same-person = Another person signs
    .what = This is your own work.
    .why = It takes two people, each with a badge.
    .do = Ask another supervisor to sign.

stop-count-differs = Count again
    .what = The count differs from the record.
    .why = It is outside of what the site tolerates.
    .do = Another person counts again.
stop-own-count = Your own count
    .what = You counted here before.
    .why = Another person must count again.
    .do = Ask somebody else to count.
stop-count-open = Count is open
    .what = This scan did not count.
    .why = The count of this place is not done.
    .do = Scan the goods, or choose Done.
stop-count-loose = Loose goods only
    .what = A pallet is not counted with what lies loose.
    .why = It stands where it was put down.
    .do = Scan what lies beside it.
stop-counted-twice = Counted already
    .what = Serial { $serial } was counted a moment ago.
    .why = A serial is one unit.
    .do = Scan the next one.

stop-own-block = Your own block
    .what = You placed block { $block } yourself.
    .why = Nobody releases what they held.
    .do = Ask somebody else who may release it.
stop-other-range = Not the other end
    .what = This label has no serial number of the same item.
    .why = A range runs from one serial number of an item to another one.
    .do = Scan the unit at the other end, or go back.
stop-not-a-lot = Not a lot number
    .what = { $text } cannot be a lot number.
    .why = A lot number has one to fifty characters that can be printed.
    .do = Enter it as it is printed.
