# node-semver's ranges (npm's `semver` 7, without `loose`) over versions without prerelease. A version is [major, minor,
# patch]; a comparator {op, v, pre}: `pre` says that its version has a prerelease, which stands below all that we hold.

def XR: "[v=\\s]*(0|[1-9][0-9]*|x|X|\\*)(?:\\.(0|[1-9][0-9]*|x|X|\\*)(?:\\.(0|[1-9][0-9]*|x|X|\\*)(-(?:(?:[0-9]*[A-Za-z-][0-9A-Za-z-]*|0|[1-9][0-9]*)(?:\\.(?:[0-9]*[A-Za-z-][0-9A-Za-z-]*|0|[1-9][0-9]*))*))?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?)?)?";

def number: if . == null or . == "x" or . == "X" or . == "*" then null else tonumber end;

# Of a match of XR; what stands after a wildcard counts for nothing.
def parts:
  (.captures | map(.string)) as $c
  | ($c[-4] | number) as $major
  | (if $major == null then null else $c[-3] | number end) as $minor
  | (if $minor == null then null else $c[-2] | number end) as $patch
  | {
      major: $major, minor: $minor, patch: $patch, pre: ($patch != null and $c[-1] != null),
      given: [$c[-4, -3, -2] | number]
    };

def at($op; $v; $pre): {op: $op, v: $v, pre: $pre};
def floor_of: at(">="; [.major, .minor // 0, .patch // 0]; .pre);
def below($v): at("<"; $v; true);
def nothing: below([0, 0, 0]);

def tilde:
  if .major == null then []
  elif .minor == null then [floor_of, below([.major + 1, 0, 0])]
  else [floor_of, below([.major, .minor + 1, 0])] end;

def caret:
  if .major == null then []
  elif .major > 0 or .minor == null then [floor_of, below([.major + 1, 0, 0])]
  elif .minor > 0 or .patch == null then [floor_of, below([0, .minor + 1, 0])]
  else [floor_of, below([0, 0, .patch + 1])] end;

# Here, other than after ~ and ^ and between the ends of "1 - 2", no number may stand after a wildcard.
def plain($op):
  if [.major, .minor, .patch] != .given then error("invalid")
  elif .patch != null then [at(if $op == "" then "=" else $op end; [.major, .minor, .patch]; .pre)]
  elif .major == null then if $op == "<" or $op == ">" then [nothing] else [] end
  elif $op == ">" then [at(">="; if .minor == null then [.major + 1, 0, 0] else [.major, .minor + 1, 0] end; false)]
  elif $op == ">=" then [floor_of]
  elif $op == "<" then [below([.major, .minor // 0, 0])]
  else
    (if .minor == null then [.major + 1, 0, 0] else [.major, .minor + 1, 0] end) as $next
    | if $op == "<=" then [below($next)] else [floor_of, below($next)] end
  end;

def hyphen($from; $to):
  (if $from.major == null then [] else [$from | floor_of] end)
  + ($to
    | if .major == null then []
      elif .minor == null then [below([.major + 1, 0, 0])]
      elif .patch == null then [below([.major, .minor + 1, 0])]
      else [at("<="; [.major, .minor, .patch]; .pre)] end);

# Of one word, without blanks inside.
def comparator:
  if . == "" then []
  else
    (match("^(~>?|\\^|[<>]?=?)" + XR + "$") // error("invalid")) as $m
    | ($m.captures[0].string) as $op
    | ($m | parts)
    | if ($op | startswith("~")) then tilde elif $op == "^" then caret else plain(if $op == "=" then "" else $op end) end
  end;

# What may stand between || and ||.
def all_of:
  (gsub("^\\s+|\\s+$"; "")) as $text
  | ($text | [match("^\\s*" + XR + "\\s+-\\s+" + XR + "\\s*$")] | first) as $m
  | if $m != null then
      hyphen($m | .captures |= .[0:4] | parts; $m | .captures |= .[4:8] | parts)
    else
      [$text
        # The operator may stand apart from its version.
        | gsub("(?<lead>\\s*)(?<op>[<>]?=?)\\s*(?<version>" + XR + ")"; "\(.lead)\(.op)\(.version)")
        | gsub("(?<op>~>?)\\s+"; "\(.op)")
        | gsub("\\^\\s+"; "^")
        | splits("\\s+") | comparator[]]
    end;

# A range as alternatives of comparators; null where it is none.
def range:
  try [splits("\\|\\|") | all_of] catch null;

def met($v):
  if .pre then
    if .op == ">=" or .op == ">" then $v >= .v elif .op == "<" or .op == "<=" then $v < .v else false end
  elif .op == ">=" then $v >= .v
  elif .op == ">" then $v > .v
  elif .op == "<" then $v < .v
  elif .op == "<=" then $v <= .v
  else $v == .v end;

# Whether [major, minor, patch] satisfies the range.
def satisfies($v): any(.[]; all(.[]; met($v)));
