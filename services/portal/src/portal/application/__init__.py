"""What a page needs, gathered from the services, and who is signed in."""
