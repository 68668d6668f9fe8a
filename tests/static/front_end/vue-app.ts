/** The same as react-app.tsx with `flaskport/vue`. */
import { defineComponent, h, ref } from "vue";
import { useClient, useSession } from "flaskport/vue";
import { saying } from "./client.js";

const Who = defineComponent(() => {
  const { user, loading, error, lookAgain } = useSession();
  const { signOut } = useClient();
  return () =>
    h("p", [
      h("output", saying({ user: user.value, loading: loading.value, error: error.value })),
      h("button", { onClick: lookAgain }, "Look again"),
      h("button", { onClick: signOut }, "Sign out"),
    ]);
});

export const App = defineComponent(() => {
  const shown = ref(true);
  return () => [
    h("button", { onClick: () => (shown.value = !shown.value) }, "Toggle"),
    ...(shown.value ? [1, 2, 3].map((key) => h(Who, { key })) : []),
  ];
});
