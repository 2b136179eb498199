import { describe, expect, it } from "vitest";
import { citedIn, claimsIn } from "./cited";
import { momentOf } from "./DecideOne";
import {
  basisOfSaving,
  decidedText,
  happening,
  movesFrom,
  outdated,
  paybackText,
  type Recommendation,
  rangeText,
} from "./decisions";
import { effectsOf } from "./effects";
import { published, windowText } from "./Sources";

const USUAL: Partial<Recommendation> = {
  co2_reduction: 120,
  saving_low_kg: 50,
  saving_high_kg: 1_200,
  status: "pending",
  rank: 1,
  engine: "embedded",
  proposed_by: "propose",
  provenance: { affected_event_count: 12 },
};
const rec = (over: Partial<Recommendation>) => ({ ...USUAL, ...over }) as Recommendation;

describe("a recommendation", () => {
  it("can go one way only", () => {
    expect(movesFrom("pending")).toEqual(["approve", "reject"]);
    expect(movesFrom("approved")).toEqual(["implement"]);
    expect(movesFrom("rejected")).toEqual([]);
  });

  it("says what its saving rests on, or why it has none", () => {
    expect(basisOfSaving(rec({})).reason).toBe(
      "simulated: the estimator ran again on the inputs of 12 events",
    );
    const unknown = rec({ co2_reduction: null, provenance: { reason: "in a person's own words" } });
    expect(basisOfSaving(unknown)).toEqual({ kind: "insufficient", reason: "in a person's own words" });
    expect(rangeText(rec({}))).toBe("50 kg to 1.2 t");
    expect(rangeText(rec({ saving_low_kg: null }))).toBeNull();
    expect(paybackText(null)).toBe("not known");
  });

  it("says when the newest diagnosis dropped it", () => {
    expect(outdated(rec({}))).toBeNull();
    expect(outdated(rec({ rank: null, provenance: { ranking: "dropped" } }))).toBe("dropped");
    expect(outdated(rec({ rank: null, proposed_by: "local" }))).toBeNull();
  });

  it("tells its moments without repeating the status", () => {
    const entry = { id: 1, at: "", actor: "ann", notes: null };
    expect(
      happening({
        ...entry,
        action: "recommendation.approved",
        before: { status: "pending", assignee: null },
        after: { status: "approved", assignee: "bo" },
      }),
    ).toEqual({ what: "Approved", lines: ["Assignee: – → bo"] });
    expect(
      happening({ ...entry, action: "recommendation.proposed", before: null, after: { rank: 1 } }).lines,
    ).toEqual([]);
  });

  it("counts what a decision on several came to", () => {
    const refused = [{ id: 3, code: "conflict", reason: "It is rejected." }];
    expect(decidedText({ status: "approved", decided: [1, 2], refused: [] })).toBe(
      "2 recommendations approved",
    );
    expect(decidedText({ status: "approved", decided: [1], refused })).toBe(
      "1 recommendation approved, 1 could not be",
    );
  });

  it("is in place since a moment in UTC, or since now", () => {
    expect(momentOf("2026-11-02T06:00")).toBe("2026-11-02T06:00:00Z");
    expect(momentOf("")).toBeNull();
  });
});

describe("what it stands on", () => {
  it("is the published range and the window, as far as they are told", () => {
    const told = { published_reduction_pct: [5, 12, 20], reduction_basis: "km", evidence_grade: "C" };
    expect(published(told)).toBe("5 % to 20 %, typically 12 %, of km (evidence C)");
    expect(published({})).toBeNull();
    expect(windowText({ window_start: "2026-10-29T00:00:00Z", window_end: "2026-11-26T00:00:00Z" })).toBe(
      "Thu 29 Oct 2026 to Thu 26 Nov 2026",
    );
  });

  it("are passages with their place; what is no passage is left out", () => {
    const found = citedIn([
      { passage_id: 5, document_id: 2, title: "Manual", heading: "Defrosting", page: 4 },
      { title: "no id" },
      null,
    ]);
    expect(found).toEqual([
      { passageId: 5, documentId: 2, measureId: null, title: "Manual", place: "Defrosting, page 4" },
    ]);
    expect(citedIn("nothing")).toEqual([]);
    const [claim] = claimsIn({
      claims: [{ text: "So.", passages: [{ id: 7, measure_id: "M1", title: "T" }] }],
    });
    expect(claim?.passages[0]).toMatchObject({ passageId: 7, documentId: null, measureId: "M1" });
    expect(claimsIn(null)).toEqual([]);
  });

  it("names a heading without the title of its document", () => {
    const [cited] = citedIn([{ passage_id: 5, document_id: 2, title: "Manual", heading: "Manual > Speed" }]);
    expect(cited?.place).toBe("Speed");
  });

  it("are causes that matter, the largest first", () => {
    const effects = [
      { cause: "grid", effect_kg: 1e-15 },
      { cause: "load", effect_kg: 4 },
      { cause: "density", effect_kg: 12 },
      { cause: "fuel", effect_kg: 0 },
    ];
    expect(effectsOf(effects).map(({ cause }) => cause)).toEqual(["density", "load"]);
  });
});
