import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { localeNow, theme } from "../prefs";
import { t } from "../strings";

export interface Line {
  label: string;
  /** A custom property of the page's colours, such as --up. */
  color: string;
  values: (number | null)[];
  /** Drawn as dashes, without an area. */
  dashed?: boolean;
}

/** The value of a colour as the page shows it now: light-dark() has to be resolved for a canvas. */
function colorOf(element: Element, name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  element.append(probe);
  const color = getComputedStyle(probe).color;
  probe.remove();
  return color;
}

/** A colour such as rgb(1, 2, 3) that lets what is behind it shine through. */
function faded(color: string, share: number): string {
  const [r = 0, g = 0, b = 0] = (color.match(/[\d.]+/g) ?? []).map(Number);
  return `rgba(${r}, ${g}, ${b}, ${share})`;
}

/** Stretches in which no line has a value: the node was down, or was not there yet at the beginning. Places of the first and the last point. */
export function gapsOf(lines: Line[]): [number, number][] {
  const measured = lines.filter((l) => !l.dashed);
  const length = measured[0]?.values.length ?? 0;
  const gaps: [number, number][] = [];
  for (let i = 0; i < length; i++) {
    if (measured.every((l) => l.values[i] === null)) {
      const open = gaps.at(-1);
      if (open?.[1] === i - 1) {
        open[1] = i;
      } else {
        gaps.push([i, i]);
      }
    }
  }
  return gaps;
}

/** Where a stretch begins and ends on the canvas. */
function edgesOf(u: uPlot, [from, to]: [number, number]): [number, number] {
  const times = u.data[0];
  const at = (place: number) => u.valToPos(times[place] ?? 0, "x", true);
  const { left, width } = u.bbox;
  return [Math.max(left, at(Math.max(0, from - 1))), Math.min(left + width, at(Math.min(times.length - 1, to + 1)))];
}

/** Hatches the stretches in which the node was down; lines are drawn over it. */
function hatchGaps(u: uPlot, gaps: [number, number][], line: string): void {
  const { ctx, bbox } = u;
  const ratio = devicePixelRatio;
  for (const gap of gaps) {
    const [left, right] = edgesOf(u, gap);
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, bbox.top, right - left, bbox.height);
    ctx.clip();
    ctx.strokeStyle = line;
    ctx.lineWidth = ratio;
    ctx.beginPath();
    for (let x = left - bbox.height; x < right; x += 7 * ratio) {
      ctx.moveTo(x, bbox.top + bbox.height);
      ctx.lineTo(x + bbox.height, bbox.top);
    }
    ctx.stroke();
    ctx.restore();
  }
}

/** Says over the lines what the hatched stretches are, where there is room. */
function nameGaps(u: uPlot, gaps: [number, number][], text: string, font: string): void {
  const s = t().community;
  const { ctx, bbox } = u;
  const ratio = devicePixelRatio;
  for (const gap of gaps) {
    const [left, right] = edgesOf(u, gap);
    ctx.save();
    ctx.font = font;
    const label = gap[0] === 0 ? s.notRecorded : s.down;
    const size = ctx.measureText(label).width;
    if (size + 12 * ratio < right - left) {
      const x = (left + right) / 2;
      const y = bbox.top + bbox.height / 2;
      ctx.fillStyle = colorOf(u.root, "--surface");
      ctx.fillRect(x - size / 2 - 4 * ratio, y - 9 * ratio, size + 8 * ratio, 18 * ratio);
      ctx.fillStyle = text;
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      ctx.fillText(label, x, y);
    }
    ctx.restore();
  }
}

interface ChartProps {
  times: number[];
  lines: Line[];
  /** How values are written at the axis and at the pointer. */
  format: (value: number) => string;
  /** Called with the place under the pointer; undefined when it left. */
  onPoint: (place: number | undefined) => void;
  /** Least top of the axis. */
  floor: number;
  /** Multiples at which the axis may be marked, such as powers of two. */
  marks: number[];
  height: number;
  /** Charts of one key show the same moment. */
  sync: string;
}

function optionsOf(box: HTMLElement, latest: { current: ChartProps }, width: number): uPlot.Options {
  const props = latest.current;
  const font = `${12 * devicePixelRatio}px ${getComputedStyle(box).fontFamily}`;
  const [axis, grid, text] = [colorOf(box, "--text-3"), colorOf(box, "--line"), colorOf(box, "--text-2")];
  const day = (props.times.at(-1) ?? 0) - (props.times[0] ?? 0) > 2 * 86400;
  const clock = new Intl.DateTimeFormat(
    localeNow(),
    day ? { weekday: "short", day: "numeric" } : { hour: "numeric", minute: "2-digit" },
  );
  return {
    width,
    height: props.height,
    legend: { show: false },
    cursor: { y: false, sync: { key: props.sync }, points: { size: 7 }, drag: { x: false, y: false } },
    scales: {
      x: { time: true },
      y: { range: (_, __, most) => [0, Math.max(props.floor, (most || 0) * 1.08)] },
    },
    axes: [
      {
        stroke: axis,
        font: `12px ${getComputedStyle(box).fontFamily}`,
        grid: { show: false },
        ticks: { stroke: grid, size: 4 },
        space: day ? 70 : 72,
        size: 28,
        values: (_, splits) => splits.map((s) => clock.format(s * 1000)),
        ...(day ? { incrs: [1, 2, 4, 7].map((d) => d * 86400) } : {}),
      },
      {
        stroke: axis,
        font: `12px ${getComputedStyle(box).fontFamily}`,
        grid: { stroke: grid, width: 1 },
        ticks: { show: false },
        incrs: props.marks,
        space: 34,
        size: width < 420 ? 62 : 76,
        values: (_, splits) => splits.map((s) => props.format(s)),
      },
    ],
    series: [
      {},
      ...props.lines.map((l) => {
        const color = colorOf(box, l.color);
        return {
          label: l.label,
          stroke: color,
          width: l.dashed ? 1.25 : 1.75,
          points: { show: false },
          spanGaps: false,
          ...(l.dashed ? { dash: [5, 4] } : { fill: faded(color, 0.1) }),
        };
      }),
    ],
    hooks: {
      drawAxes: [(u) => hatchGaps(u, gapsOf(latest.current.lines), grid)],
      draw: [(u) => nameGaps(u, gapsOf(latest.current.lines), text, font)],
      setCursor: [(u) => latest.current.onPoint(u.cursor.idx ?? undefined)],
    },
  };
}

const dataOf = ({ times, lines }: ChartProps): uPlot.AlignedData => [times, ...lines.map((l) => l.values)];

/** What a graph has to be made anew for; new values alone are put into the one that is there. */
const shapeOf = ({ times, lines, height }: ChartProps) =>
  [height, (times[1] ?? 0) - (times[0] ?? 0), ...lines.map((l) => l.label + l.color)].join();

/** A graph over time. What it shows is said in words beside it. */
export function Chart(props: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const plot = useRef<uPlot | undefined>(undefined);
  const shape = shapeOf(props);
  const dark = theme.value;
  useEffect(() => {
    const element = box.current;
    if (!element) {
      return;
    }
    const widthNow = () => Math.max(200, Math.floor(element.clientWidth));
    const draw = () => {
      plot.current?.destroy();
      plot.current = new uPlot(optionsOf(element, latest, widthNow()), dataOf(latest.current), element);
    };
    draw();
    let width = widthNow();
    const observer = new ResizeObserver(() => {
      if (widthNow() !== width) {
        width = widthNow();
        plot.current?.setSize({ width, height: latest.current.height });
      }
    });
    observer.observe(element);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", draw);
    return () => {
      observer.disconnect();
      scheme.removeEventListener("change", draw);
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [shape, dark]);
  useEffect(() => {
    if (plot.current && plot.current.data[0] !== props.times) {
      plot.current.setData(dataOf(latest.current));
    }
  }, [props.times, props.lines]);
  return <div class="chart" ref={box} aria-hidden="true" />;
}
