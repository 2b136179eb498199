// Every page, in the order of the navigation. A page is a folder; here is the only place that knows all of them.

import * as alerts from "./alerts/route";
import * as assistant from "./assistant/route";
import * as audit from "./audit/route";
import * as dataQuality from "./data-quality/route";
import type { Entry } from "./entry";
import * as forecast from "./forecast/route";
import * as hotspots from "./hotspots/route";
import * as imports from "./import/route";
import * as pulse from "./pulse/route";
import * as recommendations from "./recommendations/route";
import * as rules from "./rules/route";
import * as savings from "./savings/route";
import * as settings from "./settings/route";
import * as whatIf from "./what-if/route";

export const entries: readonly Entry[] = [
  pulse.entry,
  hotspots.entry,
  alerts.entry,
  rules.entry,
  recommendations.entry,
  savings.entry,
  forecast.entry,
  whatIf.entry,
  imports.entry,
  dataQuality.entry,
  audit.entry,
  assistant.entry,
  settings.entry,
];

export const routes = [
  ...pulse.routes,
  ...hotspots.routes,
  ...alerts.routes,
  ...rules.routes,
  ...recommendations.routes,
  ...savings.routes,
  ...forecast.routes,
  ...whatIf.routes,
  ...imports.routes,
  ...dataQuality.routes,
  ...audit.routes,
  ...assistant.routes,
  ...settings.routes,
] as const;
