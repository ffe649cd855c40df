import type { ComponentChildren } from "preact";
import { useEffect, useId } from "preact/hooks";
import { t } from "../strings";

/** A view: its heading, what can be done there, and its content. */
export function Page({
  title,
  lead,
  before,
  actions,
  children,
}: {
  title: string;
  /** One line under the heading. */
  lead?: ComponentChildren;
  /** Stands above the heading, such as the way back. */
  before?: ComponentChildren;
  actions?: ComponentChildren;
  children?: ComponentChildren;
}) {
  const product = t().product;
  useEffect(() => {
    document.title = title === product ? product : `${title} · ${product}`;
  }, [title, product]);
  return (
    <div class="page">
      {before}
      <header class="page-head">
        <div class="grow">
          <h1 tabIndex={-1}>{title}</h1>
          {lead && <div class="lead">{lead}</div>}
        </div>
        {actions && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A part of a view on a surface of its own. */
export function Section({
  title,
  aside,
  children,
  class: more,
}: {
  title: string;
  /** Stands at the right of the heading. */
  aside?: ComponentChildren;
  children: ComponentChildren;
  class?: string;
}) {
  const id = useId();
  return (
    <section class={`section${more ? " " + more : ""}`} aria-labelledby={id}>
      <header class="section-head">
        <h2 id={id}>{title}</h2>
        {aside && <div class="section-aside">{aside}</div>}
      </header>
      {children}
    </section>
  );
}

/** Pairs of a word and a value. */
export function Facts({ items }: { items: { name: string; value: ComponentChildren; note?: ComponentChildren }[] }) {
  return (
    <dl class="facts">
      {items.map((i) => (
        <div key={i.name}>
          <dt>{i.name}</dt>
          <dd>
            {i.value}
            {i.note && <span class="fact-note">{i.note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
