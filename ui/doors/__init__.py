"""The doors by which programs ask: Gradio's API, REST, the chat completions of OpenAI, and MCP; one Answer by each."""
