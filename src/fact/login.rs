//! Sign-ins to services that are neither SIP nor HTTP: directories, file shares, remote calls, mail, files by FTP, changes of passwords.

use super::Scheme;

/// The service that is signed in to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Service {
    /// A directory (LDAP)
    Ldap,
    /// Shared files (SMB)
    Smb,
    /// Remote procedures (DCE/RPC)
    Dcerpc,
    /// Mail is handed in (SMTP)
    Smtp,
    /// Mail is read (IMAP)
    Imap,
    /// Mail is fetched (POP)
    Pop,
    /// Files are fetched and stored (FTP)
    Ftp,
    /// A password is changed ([RFC 3244])
    Kpasswd,
    /// A database (SQL Server)
    Tds,
}

/// One step of a sign-in. Token facts that follow in the same message are the content of its token.
#[derive(Clone, Debug, PartialEq)]
pub struct Login {
    /// Where.
    pub service: Service,
    /// What an answer shares with its request, within the connection.
    pub exchange: u64,
    /// What the steps of one sign-in share, within the connection; 0 where a connection has one at a time.
    pub association: u64,
    /// What is said.
    pub step: LoginStep,
}

/// What a step says.
#[derive(Clone, Debug, PartialEq)]
pub enum LoginStep {
    /// The client asks to be let in, or goes on asking.
    Ask(LoginAsk),
    /// The server wants more.
    More,
    /// The client is in.
    Accept,
    /// It is not.
    Refuse(LoginRefusal),
}

/// What a client asks with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LoginAsk {
    /// The scheme, if this step names one.
    pub scheme: Option<Scheme>,
    /// Who, if the step says so outside of a token.
    pub user: Option<String>,
    /// The service asked for, if the step names it outside of a token.
    pub target: Option<String>,
    /// True if it begins a sign-in.
    pub begins: bool,
    /// True if it carries a password or something made with one, in no token that speaks for itself.
    pub credentials: bool,
}

/// Why a server says no.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LoginRefusal {
    /// The number of the service's own space.
    pub code: Option<u32>,
    /// An NTSTATUS, where the server gives one.
    pub status: Option<u32>,
    /// The server's words.
    pub text: String,
}
