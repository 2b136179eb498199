// Audit: where it is and what its address carries.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { ScrollText } from "lucide-react";
import { id, searchOf, text } from "@/lib/search";
import { root } from "@/root";
import type { Entry } from "../entry";

export const entry: Entry = { to: "/audit", label: "Audit", icon: ScrollText, group: "Data" };

export const route = createRoute({
  getParentRoute: () => root,
  path: "/audit",
  ...searchOf({
    /** What happened, such as "alert.acknowledged". */
    action: text(),
    /** What it happened to: its kind and its id. */
    kind: text(),
    thing: text(),
    actor: text(),
    /** Days, both counted in: "2026-11-26". */
    since: text(),
    until: text(),
    /** The entry that is read. */
    open: id(),
  }),
  component: lazyRouteComponent(() => import("./AuditPage"), "AuditPage"),
});

export const routes = [route] as const;
