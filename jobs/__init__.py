"""When: the timetable, the process that serves, the command line."""
