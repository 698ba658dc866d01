// What changed between two texts, by lines.

const MOST = 2_000_000; // cells of the table

/** Returns lines as { text, mark }, mark being " ", "-" or "+". */
export function lines(from, to) {
  const old = from.split("\n");
  const young = to.split("\n");
  let start = 0;
  while (start < old.length && start < young.length && old[start] === young[start]) {
    start++;
  }
  let end = 0;
  while (end < Math.min(old.length, young.length) - start && old.at(-1 - end) === young.at(-1 - end)) {
    end++;
  }
  return [
    ...old.slice(0, start).map(text => ({ text, mark: " " })),
    ...between(old.slice(start, old.length - end), young.slice(start, young.length - end)),
    ...old.slice(old.length - end).map(text => ({ text, mark: " " })),
  ];
}

/** The longest common subsequence of lines; texts that are too long for it are replaced as a whole. */
function between(old, young) {
  if (old.length * young.length > MOST) {
    return [...old.map(text => ({ text, mark: "-" })), ...young.map(text => ({ text, mark: "+" }))];
  }
  const common = Array.from({ length: old.length + 1 }, () => new Uint16Array(young.length + 1));
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = young.length - 1; j >= 0; j--) {
      common[i][j] = old[i] === young[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
    }
  }
  const all = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < young.length) {
    if (i < old.length && j < young.length && old[i] === young[j]) {
      all.push({ text: old[i++], mark: " " });
      j++;
    } else if (j === young.length || (i < old.length && common[i + 1][j] >= common[i][j + 1])) {
      all.push({ text: old[i++], mark: "-" });
    } else {
      all.push({ text: young[j++], mark: "+" });
    }
  }
  return all;
}
