"""The strategies that come with Passport: mechanism only, the meaning is passed in."""
