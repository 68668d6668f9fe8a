"""With the software of others: the npm packages of the Passport guide, and a gateway that publishes its keys."""
