// What the sum ahead is made of; each part leads to its own forecast.
import { getRouteApi, Link } from "@tanstack/react-router";
import { percent } from "@/lib/format";
import { type Asked, Panel } from "@/ui/panel";
import { amountText, type Forecast, type Piece, pieces } from "./series";

const here = getRouteApi("/forecast");

export function Parts({ query }: { query: Asked<Forecast> }) {
  return (
    <Panel
      title="Parts"
      query={query}
      isEmpty={({ parts }) => parts.length === 0}
      empty={{ words: "This series has no parts of its own." }}
    >
      {(answer) => <Table all={pieces(answer)} metric={answer.metric} />}
    </Panel>
  );
}

function Table({ all, metric }: { all: Piece[]; metric: Forecast["metric"] }) {
  const sum = all.reduce((total, { value }) => total + value, 0);
  return (
    <table className="w-full text-sm">
      <thead className="sr-only">
        <tr>
          <th scope="col">Part</th>
          <th scope="col">Forecast</th>
          <th scope="col">Share</th>
        </tr>
      </thead>
      <tbody>
        {all.map((piece) => (
          <tr key={`${piece.name}/${piece.ask?.event ?? ""}`}>
            <th scope="row" className="max-w-0 truncate py-1 pr-3 text-left font-normal" title={piece.name}>
              <Name piece={piece} />
            </th>
            <td className="w-24 py-1 text-right whitespace-nowrap">{amountText(metric, piece.value)}</td>
            <td className="w-14 py-1 text-right whitespace-nowrap text-muted">
              {sum ? percent((piece.value / sum) * 100) : "–"}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Name({ piece: { name, ask } }: { piece: Piece }) {
  const now = here.useSearch();
  if (ask === null) return name;
  return (
    <Link to="/forecast" search={{ ...now, ...ask }} className="text-accent hover:underline">
      {name}
    </Link>
  );
}
