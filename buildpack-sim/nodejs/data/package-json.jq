# The fields of package.json that lib/package-json.sh knows: NAME NUL VALUE NUL for each. What has not the type that npm
# wants it in is absent. Read with --slurp, or what stands after an object would be taken for more of them.
def fields: if type == "object" then to_entries[] else empty end;
def text: if . == null or . == false then "" else tostring | split("\u0000") | join("") end;
def directories: [.[]? | tostring] | join("\n");

if length == 0 then error("it is empty") elif length > 1 then error("it goes on after its end") else .[0] end
| if type != "object" then error("it is no object") else . end
| (.cacheDirectories | directories) as $directories
| [
    ("engines", "scripts") as $part | .[$part] | fields | {name: "\($part).\(.key)", value: (.value | text)}
  ] + [
    {name: "packageManager", value: (.packageManager | text)},
    {name: "cacheDirectories", value: (if $directories == "" then .cache_directories | directories else $directories end)}
  ]
| .[] | "\(.name | text)\u0000\(.value)\u0000"
