// What-if: where it is and what its address carries.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { FlaskConical } from "lucide-react";
import { amount, choice, flag, id, type Param, searchOf, several, text } from "@/lib/search";
import { root } from "@/root";
import type { Entry } from "../entry";
import { type Change, ENTITY_TYPES, EVENT_TYPES, type Prices, readChanges, readPrices } from "./question";

export const entry: Entry = { to: "/what-if", label: "What-if", icon: FlaskConical, group: "Ahead" };

export const MOST_DAYS = 366;
export const MOST_COMPARED = 4;

const CHANGES: Param<Change[]> = { otherwise: [], read: readChanges };
const PRICES: Param<Prices> = { otherwise: {}, read: readPrices };

export const route = createRoute({
  getParentRoute: () => root,
  path: "/what-if",
  ...searchOf({
    view: choice(["ask", "kept", "hours"], "ask"),
    // the question about stored events
    event: choice(["all", ...EVENT_TYPES], "all"),
    entity: text(),
    kind: choice(["any", ...ENTITY_TYPES], "any"),
    days: whole(28, 1, MOST_DAYS),
    from: date(),
    to: date(),
    changes: CHANGES,
    currency: text("EUR"),
    prices: PRICES,
    // what is kept
    scenario: id(),
    compare: several(),
    // cleaner hours
    of: choice(["site", "day"], "site"),
    kwh: amount(2400, 0, 1e12),
    month: whole(1, 1, 12),
    grid: text("GB-hourly"),
    hours: whole(4, 1, 12),
    share: whole(100, 1, 100),
    // whether the question is asked, or still being written
    run: flag(),
  }),
  component: lazyRouteComponent(() => import("./WhatIfPage"), "WhatIfPage"),
});

export const routes = [route] as const;

function whole(otherwise: number, least: number, most: number): Param<number> {
  return {
    otherwise,
    read: (raw) => {
      const value = Number(raw);
      return Number.isInteger(value) && value >= least && value <= most ? value : undefined;
    },
  };
}

/** A UTC day; empty where none is told. */
function date(): Param<string> {
  return {
    otherwise: "",
    read: (raw) => (typeof raw === "string" && /^\d{4}-\d{2}-\d{2}$/.test(raw) ? raw : undefined),
  };
}
