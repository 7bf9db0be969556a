package memory

import (
	"github.com/KimMachineGun/automemlimit/memlimit"
	"golang.org/x/sys/unix"
)

func readLimit() (most uint64, of string) {
	most, of = unlimited, "the most that can be addressed is"
	var info unix.Sysinfo_t
	if err := unix.Sysinfo(&info); err == nil {
		most, of = (uint64(info.Totalram)+uint64(info.Totalswap))*uint64(info.Unit), "the machine has"
	}
	if cgroup, err := memlimit.FromCgroup(); err == nil && cgroup < most {
		most, of = cgroup, "the limit of this job (cgroup) is"
	}
	return most, of
}
