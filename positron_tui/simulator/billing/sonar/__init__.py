"""The stand-in for Sonar: its GraphQL API and webhooks over a book."""
