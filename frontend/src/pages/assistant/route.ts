// Assistant: where it is and what its address carries.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { MessageCircle } from "lucide-react";
import { amount, choice, searchOf, text } from "@/lib/search";
import { root } from "@/root";
import type { Entry } from "../entry";
import { LONGEST_DAYS, TYPES } from "./conversation";

export const entry: Entry = { to: "/assistant", label: "Assistant", icon: MessageCircle, group: "More" };

export const route = createRoute({
  getParentRoute: () => root,
  path: "/assistant",
  // the last question, and what it is about beside its words; 0 days: as the question says
  ...searchOf({
    q: text(),
    entity: text(),
    type: choice(TYPES, "all"),
    days: amount(0, 0, LONGEST_DAYS),
  }),
  component: lazyRouteComponent(() => import("./AssistantPage"), "AssistantPage"),
});

export const routes = [route] as const;
