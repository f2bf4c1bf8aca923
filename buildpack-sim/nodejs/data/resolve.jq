# The Node.js to install, from the registry's releases of a package and $range, $allow_wide (bool), $known (versions.json).
# Prints a line "NAME TAB VALUE" for each fact. buildpack-nodejs.md A5; the order of the questions is Heroku's.
include "semver";

def newest: if length == 0 then null else max_by(.at) end;

($known[0].lts) as $lts
| (if $range == "" then "\($lts)" elif $range == "latest" then "*" else $range end | range) as $wanted
| if $wanted == null then {status: "invalid"}
  else
    [.versions | to_entries[] | select(.key | test("^[0-9]+\\.[0-9]+\\.[0-9]+$"))
      | {at: (.key | split(".") | map(tonumber)), version: .key, tarball: .value.dist.tarball,
         integrity: (.value.dist | .integrity // "shasum-" + .shasum)}
      | select(.at as $at | $wanted | satisfies($at))] as $found
    | ($found | newest) as $newest
    | if $newest == null then {status: "unpublished"}
      else
        ($found | map(select(.at[0] == $lts)) | newest) as $newest_lts
        | ($newest_lts != null and ($allow_wide | not) and $newest.at > $newest_lts.at) as $limited
        | (if $limited then $newest_lts else $newest end)
        | . + {
            status: "resolved",
            limited: $limited,
            # Of what the range admits, not of what is installed: probed at the first release of either neighbour.
            wide: ($newest.at[0] as $major | [[$major + 1, 0, 0], [$major - 1, 0, 0]]
              | any(.[]; . as $neighbour | $neighbour[0] >= 0 and ($wanted | satisfies($neighbour)))),
            eol: (.at[0] as $major | $known[0].supported | index($major) == null)
          }
      end
  end
| to_entries[] | select(.key != "at") | "\(.key)\t\(.value)"
