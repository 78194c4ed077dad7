import CommandLineInterface

HalfhourCommand.main()
