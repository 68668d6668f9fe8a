/** What happened: `client.activity` of one's own account, `client.audit` of all, for whoever may read it. */
export const activity = ({ call }) => ({
  list: ({ limit = 50, cursor } = {}) => call("GET", `api/profile/activity?${asQuery({ limit, cursor })}`),
});

export const audit = ({ call }) => ({
  list: (wanted = {}) => call("GET", `api/audit?${asQuery(wanted)}`),
});

const asQuery = (wanted) => new URLSearchParams(Object.entries(wanted).filter(([, value]) => value != null));
