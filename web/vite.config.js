import { readFileSync } from "node:fs";
import preact from "@preact/preset-vite";
import { defineConfig } from "vite";

/** What app.js contains of others has its licence in licences.txt, which is served beside it. */
function licences() {
  return {
    name: "licences",
    generateBundle(_, bundle) {
      const text = readFileSync(new URL("licences.txt", import.meta.url), "utf8");
      const ids = Object.values(bundle).flatMap((chunk) => Object.keys(chunk.modules ?? {}));
      for (const id of ids) {
        const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1];
        if (name && !text.includes(`\n  ${name} `)) {
          this.error(`licences.txt does not have ${name}, which app.js contains: run make licences`);
        }
      }
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
