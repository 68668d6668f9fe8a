import react from "@vitejs/plugin-react";

export default {
  base: "./",
  plugins: [react()],
  build: { rolldownOptions: { input: ["react.html", "vue.html"] } },
};
