"""What people and programs touch: the command line, the chat page, the API, the server."""
