/** Symbols of 16 units, drawn with strokes in the colour of the text. They are never alone: a word or a label says the same. */
const paths = {
  communities: "M2.5 4h11M2.500 8h8M2.500 12h5M13 9.500v4M11 11.500h4",
  limits: "M8 13.500a5.500 5.500 0 1 1 5.500-5.500M8 8l3-3M13.500 11v2.500M11 13.500h2.500",
  activity: "M1.500 8.500h3l2-5 3 9 2-4h3",
  settings: "M2 4.500h7M12.500 4.500H14M2 11.500h1.500M7 11.500h7M10.750 2.750v3.500M5.250 9.750v3.500",
  about: "M8 7.250v4M8 4.900v.2M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z",
  add: "M8 3v10M3 8h10",
  menu: "M2 4h12M2 8h12M2 12h12",
  close: "M3.500 3.500l9 9M12.500 3.500l-9 9",
  up: "M8 13V3.500M4 7.250L8 3.250l4 4",
  down: "M8 3v9.500M4 8.750l4 4 4-4",
  check: "M3 8.500l3.250 3.250L13 5",
  alert: "M8 2.250L14.500 13.500h-13zM8 6.500v3.250M8 11.600v.2",
  pause: "M5.500 3v10M10.500 3v10",
  play: "M4.500 2.750v10.500L13 8z",
  wait: "M8 4.500V8l2.250 1.750M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z",
  work: "M13.500 8a5.500 5.500 0 1 1-2-4.250M13.500 2v3h-3",
  peers:
    "M5.750 7.500a2.250 2.250 0 1 0 0-4.500 2.250 2.250 0 0 0 0 4.500zM1.500 13c0-2.250 1.750-3.500 4.250-3.500S10 10.750 10 13M10.500 3.250a2.250 2.250 0 0 1 0 4.250M12 9.750c1.600.4 2.500 1.500 2.500 3.250",
  more: "M3.500 8h.01M8 8h.01M12.500 8h.01",
  pin: "M6 2h4l-.5 4.500 2.500 2.500H4l2.500-2.500zM8 9v5",
  evicted: "M2.500 4.500h11M6 4.500V2.500h4v2M4 4.500l.600 9h6.800l.6-9",
  shield: "M8 1.750l5 1.750v4c0 3.250-2 5.500-5 6.750-3-1.250-5-3.500-5-6.750v-4zM6 6l4 4M10 6l-4 4",
  chevron: "M4 6l4 4 4-4",
  right: "M6 4l4 4-4 4",
  left: "M10 4l-4 4 4 4",
  key: "M9.750 6.250a3.250 3.250 0 1 0-2.500 3.150L8.500 8.500M7.500 7.500l6 6M11 11l1.500-1.500",
  disk: "M2 9.500h12v3.500H2zM2 9.500l2-6.500h8l2 6.500M11 11.250h1",
  copy: "M5.500 5.500h8v8h-8zM10.500 5.500v-3h-8v8h3",
  sun: "M8 10.750a2.750 2.750 0 1 0 0-5.500 2.750 2.750 0 0 0 0 5.500zM8 1.500v1.250M8 13.250v1.250M1.500 8h1.250M13.250 8h1.250M3.400 3.400l.9.9M11.700 11.700l.9.9M3.400 12.600l.9-.9M11.700 4.300l.9-.9",
  moon: "M13.250 9.750A5.750 5.750 0 1 1 6.250 2.750a4.500 4.500 0 0 0 7 7z",
  offline:
    "M2 2l12 12M4.500 8.500a5 5 0 0 1 2-1.300M9.500 7.100a5 5 0 0 1 2 1.400M2 6a9 9 0 0 1 2.500-1.600M7.500 3.600A9 9 0 0 1 14 6M8 12h.01",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 16 16"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      stroke-width={name === "more" ? 2.5 : 1.5}
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  );
}
