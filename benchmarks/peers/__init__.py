"""Others who answer the same request: the Passport guide's Express application, a tuned one, a tutorial's Flask."""
