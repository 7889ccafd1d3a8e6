"""The Textual face: screens over services; nothing else imports textual."""
