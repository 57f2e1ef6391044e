"""What each command of `sourcier` does; nothing heavy is imported until a command needs it."""
