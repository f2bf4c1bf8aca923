import { keptTree, type BoxPlaces } from "./build-box.ts";

/**
 * Clears away a build, in bash, of all but the cache: once when it is over, and again before the next, as a box may have been
 * killed. A buildpack that leaves `.heroku/NAME.return` in the cache finds the slug's `.heroku/NAME` there the next time, as
 * `NAME.ready`: moving a tree of 10,000 files costs nothing, removing it and linking it anew takes a second. So it does with
 * the source: and a file system that has just lost thousands of files takes three times as long to make as many new ones. What
 * a buildpack has replaced is `.heroku/NAME.gone`.
 */
export function sweepBuild(places: BoxPlaces): string {
  const kept = keptTree(places);
  return `tmp=${quoted(places.tmp)} cache=${quoted(places.cache)} kept=${quoted(kept.folder)} names=${quoted(kept.names)}
for note in "$cache"/.heroku/*.return; do
  name=\${note##*/} && name=\${name%.return} && ready=$cache/.heroku/$name.ready
  for tree in "$tmp"/slug_*/app/.heroku/"$name"; do
    [[ ! -f $note || -L \${tree%/*} || -L $tree || ! -d $tree || -e $ready ]] || mv -T -- "$tree" "$ready"
  done
done
for tree in "$tmp"/slug_*/app "$tmp"/build_*; do
  [[ -f $names && ! -e $kept && -d $tree && ! -L $tree && ! -L \${tree%/*} && \${tree#"$tmp"/} != *.* ]] || continue
  mv -T -- "$tree" "$kept" && cd "$kept" &&
    find . -mindepth 1 -maxdepth 1 -printf '%P\\0' | LC_ALL=C sort -z | LC_ALL=C comm -z -23 - "$names" | xargs -0 -r rm -rf --
done
cd "$tmp" && find . -mindepth 1 -maxdepth 1 ! -name codon ! -path "./\${kept##*/}" -exec rm -rf -- {} + && rm -rf -- "$cache"/.heroku/*.gone`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
