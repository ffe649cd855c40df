// What the tested code finds of a browser; what it shows is tested in a real one.
const store = new Map<string, string>();

Object.assign(globalThis, {
  localStorage: {
    getItem: (key: string) => store.get(key) ?? null,
    setItem: (key: string, value: string) => store.set(key, value),
  },
  navigator: { language: "en", languages: ["en"] },
  document: { documentElement: { dataset: {}, lang: "" } },
});
