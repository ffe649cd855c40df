import { readFileSync } from "node:fs";
import preact from "@preact/preset-vite";
import { defineConfig } from "vite";

/** The licences of what app.js contains, which ask for their text to come with it. */
function licences() {
  const packages = ["preact", "@preact/signals", "@preact/signals-core", "uplot"];
  return {
    name: "licences",
    generateBundle() {
      const source = packages
        .map((name) => {
          const folder = new URL(`./node_modules/${name}/`, import.meta.url);
          const { version } = JSON.parse(readFileSync(new URL("package.json", folder), "utf8"));
          return `${name} ${version}\n\n${readFileSync(new URL("LICENSE", folder), "utf8").trim()}\n`;
        })
        .join("\n----\n\n");
      this.emitFile({ type: "asset", fileName: "licences.txt", source });
    },
  };
}

// The names carry no hashes, so that what changed in dist can be read in a
// difference; the server tells browsers by ETag what is new.
export default defineConfig({
  base: "./",
  plugins: [preact({ devToolsEnabled: false, prefreshEnabled: false }), licences()],
  build: {
    target: "es2022",
    cssTarget: ["chrome123", "firefox121", "safari17.5"],
    outDir: "dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: false,
    reportCompressedSize: false,
    minify: false,
    rolldownOptions: {
      output: {
        // Shortened, but by lines and with names, so that it can be read and compared.
        minify: { compress: true, mangle: false, codegen: { removeWhitespace: false } },
        entryFileNames: "app.js",
        chunkFileNames: "[name].js",
        assetFileNames: (asset) => (asset.names[0]?.endsWith(".css") ? "app.css" : "[name][extname]"),
      },
    },
  },
  server: {
    proxy: Object.fromEntries(
      ["/v1", "/session", "/healthz", "/openapi.json"].map((path) => [
        path,
        { target: process.env.SEEDER_API ?? "http://127.0.0.1:26883", changeOrigin: true },
      ]),
    ),
  },
});
