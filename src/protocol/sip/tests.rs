//! What a SIP message says, seen through the tree.
