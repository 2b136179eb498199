// What the inbox is narrowed by: level, rule, entity, assignee.
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { X } from "lucide-react";
import { ask } from "@/api/ask";
import { label } from "@/lib/sentence";
import { Button } from "@/ui/button";
import { EntityField } from "@/ui/entityField";
import { Exact } from "@/ui/exact";
import { Select } from "@/ui/field";
import { isFiltered, LEVELS } from "./views";

const route = getRouteApi("/alerts");
const CLEARED = { level: "all", rule: "", entity: "", assignee: "" } as const;

export function FilterBar() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const rules = useQuery(ask("/rules"));
  // a rule that is gone still has its alerts, and may stand in the address
  const names = new Set([
    ...(rules.data ?? []).map(({ name }) => name),
    ...(search.rule ? [search.rule] : []),
  ]);
  const change = (part: Partial<typeof search>) => void navigate({ search: (now) => ({ ...now, ...part }) });
  return (
    <>
      <Select
        label="Level"
        hideLabel
        value={search.level}
        onValue={(level) => change({ level })}
        options={LEVELS.map((value) => ({ value, label: value === "all" ? "Every level" : label(value) }))}
      />
      <Select
        label="Rule"
        hideLabel
        value={search.rule}
        onValue={(rule) => change({ rule })}
        options={[
          { value: "", label: "Every rule" },
          ...[...names].map((value) => ({ value, label: value })),
        ]}
      />
      <div className="w-36">
        <EntityField
          hideLabel
          placeholder="Entity"
          value={search.entity}
          onValue={(entity) => change({ entity })}
        />
      </div>
      <Exact label="Assignee" value={search.assignee} onValue={(assignee) => change({ assignee })} />
      {isFiltered(search) && (
        <Button look="quiet" icon={X} onClick={() => change(CLEARED)}>
          Clear
        </Button>
      )}
    </>
  );
}
