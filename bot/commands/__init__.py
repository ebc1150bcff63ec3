"""One room for each command: HELP, arguments(parser) and run(args). They import what is heavy only when they run."""
