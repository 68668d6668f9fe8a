import react from "@vitejs/plugin-react";

export default {
  base: "./",
  plugins: [react()],
  define: {
    __VUE_OPTIONS_API__: "false",
    __VUE_PROD_DEVTOOLS__: "false",
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
  },
  build: { rolldownOptions: { input: ["react.html", "vue.html"] } },
};
