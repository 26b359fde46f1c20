day = { $day } { $month } { $year }
