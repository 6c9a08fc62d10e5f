//! Giving up what is not needed: by the process that captures, when its sockets are open, and by the one that parses,
//! before it looks at the first byte.
//!
//! * Capabilities go first: all sets of them. They do not come back, because the second step is `no_new_privs`.
//! * The capturer may then make the few calls that copying takes and no others; what it asks for besides is answered with
//!   `EPERM`. It cannot open a file, a socket or a program, and no memory of it becomes executable.
//! * The parser may read files, but write only below the folders it was told of (Landlock, since Linux 5.13; where the kernel
//!   has none, that is said), start no program, open no socket, and look at no other process.
//!
//! All of this is of a *thread* and of those it starts later, so it comes before the first thread.
//! Elsewhere than on Linux there is nothing like it, and nothing is done.

use std::io;
use std::path::PathBuf;

/// How far confining went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confined {
    /// As described.
    Whole,
    /// Files can be written anywhere: this kernel has no Landlock.
    NoLandlock,
    /// Not at all: this is not Linux.
    No,
}

/// The process that captures.
pub fn capturer() -> io::Result<()> {
    system::capturer()
}

/// The process that parses. It may write below `folders`.
pub fn parser(folders: &[PathBuf]) -> io::Result<Confined> {
    system::parser(folders)
}

#[cfg(not(target_os = "linux"))]
mod system {
    use super::{Confined, PathBuf, io};

    #[allow(clippy::unnecessary_wraps, reason = "it is fallible where there is something to do")]
    pub fn capturer() -> io::Result<()> {
        Ok(())
    }

    #[allow(clippy::unnecessary_wraps, reason = "it is fallible where there is something to do")]
    pub fn parser(_: &[PathBuf]) -> io::Result<Confined> {
        Ok(Confined::No)
    }
}

#[cfg(target_os = "linux")]
mod system {
    use super::{Confined, PathBuf, io};
    use caps::{CapSet, Capability};
    use landlock::{
        ABI, AccessFs, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetStatus, Scope,
        path_beneath_rules,
    };
    use seccompiler::{
        BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
        apply_filter,
    };
    use std::collections::BTreeMap;

    /// Calls by number, with conditions; none means always.
    type Calls = BTreeMap<i64, Vec<SeccompRule>>;

    /// What copying packets takes: reading the lifeline and counters that are open, writing, waiting, memory, the time, what
    /// libpcap asks its socket, and ending.
    const COPYING: &[i64] = &[
        libc::SYS_read,
        libc::SYS_write,
        libc::SYS_lseek,
        libc::SYS_close,
        libc::SYS_ppoll,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_poll,
        libc::SYS_brk,
        libc::SYS_munmap,
        libc::SYS_mremap,
        libc::SYS_madvise,
        libc::SYS_futex,
        libc::SYS_clock_gettime,
        libc::SYS_getsockopt,
        libc::SYS_recvfrom,
        libc::SYS_rt_sigreturn,
        libc::SYS_rt_sigprocmask,
        libc::SYS_sigaltstack,
        libc::SYS_restart_syscall,
        libc::SYS_sched_yield,
        libc::SYS_exit,
        libc::SYS_exit_group,
    ];

    /// What a parser has no use for.
    const NEVER: &[i64] = &[
        libc::SYS_socket,
        libc::SYS_connect,
        libc::SYS_bind,
        libc::SYS_listen,
        libc::SYS_execve,
        libc::SYS_execveat,
        libc::SYS_ptrace,
        libc::SYS_process_vm_readv,
        libc::SYS_process_vm_writev,
        libc::SYS_unshare,
        libc::SYS_setns,
        libc::SYS_mount,
        libc::SYS_umount2,
        libc::SYS_pivot_root,
        libc::SYS_chroot,
        libc::SYS_open_by_handle_at,
        libc::SYS_bpf,
        libc::SYS_perf_event_open,
        libc::SYS_io_uring_setup,
        libc::SYS_userfaultfd,
        libc::SYS_init_module,
        libc::SYS_finit_module,
        libc::SYS_kexec_load,
        libc::SYS_keyctl,
        libc::SYS_add_key,
        libc::SYS_request_key,
    ];

    /// `SIOCGIFFLAGS`: libpcap asks whether an interface that went down is still there.
    const INTERFACE_FLAGS: u64 = 0x8913;

    pub fn capturer() -> io::Result<()> {
        drop_capabilities()?;
        let mut calls: Calls = COPYING.iter().map(|call| (*call, Vec::new())).collect();
        // Memory, but none that could be run.
        let plain = SeccompCmpOp::MaskedEq(u64::from(libc::PROT_EXEC.cast_unsigned()));
        for call in [libc::SYS_mmap, libc::SYS_mprotect] {
            calls.insert(call, when(2, plain.clone(), 0)?);
        }
        calls.insert(libc::SYS_ioctl, when(1, SeccompCmpOp::Eq, INTERFACE_FLAGS)?);
        filter(calls, refuse(), SeccompAction::Allow)
    }

    pub fn parser(folders: &[PathBuf]) -> io::Result<Confined> {
        drop_capabilities()?;
        let landlock = landlock(folders).map_err(io::Error::other)?;
        filter(NEVER.iter().map(|call| (*call, Vec::new())).collect(), SeccompAction::Allow, refuse())?;
        Ok(if landlock { Confined::Whole } else { Confined::NoLandlock })
    }

    fn refuse() -> SeccompAction {
        SeccompAction::Errno(libc::EPERM.cast_unsigned())
    }

    fn when(argument: u8, operator: SeccompCmpOp, value: u64) -> io::Result<Vec<SeccompRule>> {
        let condition = SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value);
        let rule = condition.and_then(|condition| SeccompRule::new(vec![condition]));
        Ok(vec![rule.map_err(io::Error::other)?])
    }

    /// Sets the filter; `no_new_privs` is set with it.
    fn filter(calls: Calls, otherwise: SeccompAction, then: SeccompAction) -> io::Result<()> {
        let arch = std::env::consts::ARCH.try_into().map_err(io::Error::other)?;
        let filter = SeccompFilter::new(calls, otherwise, then, arch).map_err(io::Error::other)?;
        let program: BpfProgram = filter.try_into().map_err(io::Error::other)?;
        apply_filter(&program).map_err(io::Error::other)
    }

    /// All sets. That of the bound can only be emptied by who may; without new privileges it bounds nothing any more.
    fn drop_capabilities() -> io::Result<()> {
        let may = caps::has_cap(None, CapSet::Effective, Capability::CAP_SETPCAP).unwrap_or(false);
        if may {
            caps::clear(None, CapSet::Bounding).map_err(io::Error::other)?;
        }
        // A kernel without ambient capabilities has none to drop.
        let _ = caps::clear(None, CapSet::Ambient);
        for set in [CapSet::Effective, CapSet::Permitted, CapSet::Inheritable] {
            caps::clear(None, set).map_err(io::Error::other)?;
        }
        Ok(())
    }

    /// True if the kernel sees to it, at least to what it knows.
    fn landlock(folders: &[PathBuf]) -> Result<bool, landlock::RulesetError> {
        // What came later than V3 concerns devices; what a terminal is asked must go on.
        let write = AccessFs::from_write(ABI::V3);
        let status = Ruleset::default()
            .set_compatibility(CompatLevel::BestEffort)
            .handle_access(write | AccessFs::Execute)?
            .scope(Scope::Signal | Scope::AbstractUnixSocket)?
            .create()?
            .add_rules(path_beneath_rules(folders, write))?
            .add_rules(path_beneath_rules(["/dev/null", "/dev/tty"], AccessFs::WriteFile | AccessFs::Truncate))?
            .restrict_self()?;
        Ok(status.ruleset != RulesetStatus::NotEnforced)
    }
}
