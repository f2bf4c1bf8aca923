/** The system, as far as it decides how an engine for containers is had. */
export interface Machine {
  /** As Node names it. */
  readonly platform: string;
  /** Text of /etc/os-release; "" where there is none. */
  readonly release: string;
}

/** How this machine gets what host processes cannot give. issue E 4 */
export function fullEngine({ platform, release }: Machine): string {
  if (platform === "darwin")
    return "Docker Desktop, OrbStack, or: brew install colima docker && colima start (its socket: DOCKER_HOST)";
  const ids = (/^ID_LIKE=(.*)$/m.exec(release)?.[1] ?? "") + (/^ID=(.*)$/m.exec(release)?.[1] ?? "");
  if (/debian|ubuntu/.test(ids))
    return "sudo apt-get install docker.io && sudo usermod -aG docker $USER, then log in again";
  if (/fedora|rhel/.test(ids))
    return "sudo dnf install podman && systemctl --user enable --now podman.socket";
  if (ids.includes("arch")) return "sudo pacman -S docker && sudo systemctl enable --now docker.socket";
  return "https://docs.docker.com/engine/install/, or Podman with its socket (systemctl --user enable --now podman.socket)";
}
