day = { $day }. { $month } { $year }
