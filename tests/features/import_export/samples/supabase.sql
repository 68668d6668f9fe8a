SET session_replication_role = replica;

COPY "auth"."users" ("instance_id", "id", "aud", "role", "email", "encrypted_password", "email_confirmed_at", "last_sign_in_at", "raw_app_meta_data", "raw_user_meta_data", "is_super_admin", "created_at", "banned_until", "is_sso_user", "deleted_at", "is_anonymous") FROM stdin;
00000000	6f9619ff-8b86-4d01-b42d-00cf4fc964f0	authenticated	authenticated	ada@example.com	$2b$04$krgc9rE0MYC4A1lw2p3BA.diWzrBwGLfTmK1EITQJMeJXRAI/W2KG	2023-01-02 03:04:05.123456+00	2024-05-06 07:08:09+00	{"provider": "email", "role": "editor"}	{"full_name": "Ada Lovelace"}	\N	2023-01-01 00:00:00+00	\N	f	\N	f
00000000	6f9619ff-8b86-4d01-b42d-00cf4fc964f1	authenticated	authenticated	bob@example.com	\N	2023-01-02 03:04:05+00	\N	{"provider": "google"}	{}	\N	2023-01-01 00:00:00+00	2999-01-01 00:00:00+00	f	\N	f
00000000	6f9619ff-8b86-4d01-b42d-00cf4fc964f2	authenticated	authenticated	\N	\N	\N	\N	{}	{}	\N	2023-01-01 00:00:00+00	\N	f	\N	t
00000000	6f9619ff-8b86-4d01-b42d-00cf4fc964f3	authenticated	authenticated	gone@example.com	\N	\N	\N	{}	{}	\N	2023-01-01 00:00:00+00	\N	f	2023-05-05 00:00:00+00	f
\.

COPY "auth"."identities" ("provider_id", "user_id", "identity_data", "provider", "last_sign_in_at", "created_at", "updated_at", "email", "id") FROM stdin;
6f9619ff-8b86-4d01-b42d-00cf4fc964f0	6f9619ff-8b86-4d01-b42d-00cf4fc964f0	{"sub": "6f9619ff-8b86-4d01-b42d-00cf4fc964f0", "email": "ada@example.com"}	email	\N	\N	\N	ada@example.com	1
110169484474386276334	6f9619ff-8b86-4d01-b42d-00cf4fc964f1	{"sub": "110169484474386276334", "email": "bob@example.com"}	google	\N	\N	\N	bob@example.com	2
\.
COPY "auth"."mfa_factors" ("id", "user_id", "friendly_name", "factor_type", "status") FROM stdin;
x	6f9619ff-8b86-4d01-b42d-00cf4fc964f0	phone	totp	verified
\.
