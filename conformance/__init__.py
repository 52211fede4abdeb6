"""The server before other people's tools: the inspector, the official conformance suite and the TypeScript clients."""
