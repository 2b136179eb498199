// Assistant: where it is and what its address carries.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { MessageCircle } from "lucide-react";
import { searchOf } from "@/lib/search";
import { root } from "@/root";
import type { Entry } from "../entry";

export const entry: Entry = { to: "/assistant", label: "Assistant", icon: MessageCircle, group: "More" };

export const route = createRoute({
  getParentRoute: () => root,
  path: "/assistant",
  ...searchOf({}),
  component: lazyRouteComponent(() => import("./AssistantPage"), "AssistantPage"),
});

export const routes = [route] as const;
