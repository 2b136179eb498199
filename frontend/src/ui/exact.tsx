// A filter that is typed: it holds once Enter is pressed or the field is left, not with every letter.
import { TextField } from "./field";

interface Given {
  label: string;
  value: string;
  onValue: (value: string) => void;
  type?: "text" | "date";
  className?: string;
}

export function Exact({ label, value, onValue, type = "text", className = "w-36" }: Given) {
  return (
    // a field is as wide as what is around it
    <div className={className}>
      <TextField
        // an address that changes elsewhere is a field anew
        key={value}
        label={label}
        hideLabel={type === "text"}
        placeholder={type === "text" ? label : undefined}
        type={type}
        defaultValue={value}
        onBlur={({ target }) => target.value.trim() !== value && onValue(target.value.trim())}
        onKeyDown={({ key, currentTarget }) => key === "Enter" && currentTarget.blur()}
      />
    </div>
  );
}
