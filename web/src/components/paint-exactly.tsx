import { useId, useState } from "preact/hooks";
import type { Week } from "../schedule";
import { t } from "../strings";
import { Button } from "./button";

const dayMinutes = 24 * 60;

function minuteOf(text: string): number {
  const [hour = "", minute = ""] = text.split(":");
  return Number(hour) * 60 + Number(minute);
}

/** Paints parts of days to the minute, without the grid. A time that ends before it begins ends on the day after. */
export function PaintExactly({
  week,
  draw,
  onPaint,
}: {
  week: Week;
  draw: (week: Week) => void;
  onPaint: (day: number, from: number, to: number) => (week: Week) => Week;
}) {
  const s = t().schedule;
  const id = useId();
  const [days, setDays] = useState<boolean[]>([true, true, true, true, true, false, false]);
  const [from, setFrom] = useState("08:00");
  const [to, setTo] = useState("18:00");
  const [none, setNone] = useState(false);
  const submit = () => {
    setNone(!days.some(Boolean));
    const begin = minuteOf(from);
    const end = minuteOf(to);
    draw(
      days.reduce((w, on, day) => {
        if (!on) {
          return w;
        }
        if (end > begin) {
          return onPaint(day, begin, end)(w);
        }
        return onPaint((day + 1) % 7, 0, end)(onPaint(day, begin, dayMinutes)(w));
      }, week),
    );
  };
  return (
    <details class="exactly">
      <summary>{s.exact}</summary>
      <form
        class="stack"
        onSubmit={(e) => {
          e.preventDefault();
          submit();
        }}
      >
        <fieldset class="days">
          <legend>{s.onDays}</legend>
          {s.days.map((name, day) => (
            <label key={name}>
              <input
                type="checkbox"
                checked={days[day] ?? false}
                onChange={() => setDays(days.map((on, d) => (d === day ? !on : on)))}
              />
              <span aria-hidden="true">{s.daysShort[day]}</span>
              <span class="hidden">{name}</span>
            </label>
          ))}
        </fieldset>
        <div class="row">
          <span class="field times">
            <label for={`${id}-from`}>{s.from}</label>
            <input
              id={`${id}-from`}
              class="input"
              type="time"
              required
              value={from}
              onInput={(e) => setFrom(e.currentTarget.value)}
            />
          </span>
          <span class="field times">
            <label for={`${id}-to`}>{s.to}</label>
            <input
              id={`${id}-to`}
              class="input"
              type="time"
              required
              value={to}
              onInput={(e) => setTo(e.currentTarget.value)}
            />
          </span>
        </div>
        {none && (
          <p class="verdict bad" role="alert">
            {s.pickDay}
          </p>
        )}
        <Button type="submit" small>
          {s.paint}
        </Button>
      </form>
    </details>
  );
}
