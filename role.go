package attune

import "fmt"

// Role is what a participant is in the conversation.
type Role string

// The roles.
const (
	RoleCustomer   Role = "CUSTOMER"
	RoleAgent      Role = "AGENT"
	RoleExpert     Role = "EXPERT"
	RoleBot        Role = "BOT"
	RoleSupervisor Role = "SUPERVISOR"
	RoleSystem     Role = "SYSTEM"
)

// Roles lists every role.
var Roles = []Role{RoleCustomer, RoleAgent, RoleExpert, RoleBot, RoleSupervisor, RoleSystem}

// ParseRole reads a role, in upper or lower case.
func ParseRole(s string) (Role, error) {
	for _, r := range Roles {
		if equalFold(s, string(r)) {
			return r, nil
		}
	}
	return "", fmt.Errorf("unknown role %q: use one of CUSTOMER, AGENT, EXPERT, BOT, SUPERVISOR, SYSTEM", s)
}

// Serves reports whether the role is on the company's side and talks to the
// customer, so that its empathy can be scored.
func (r Role) Serves() bool { return r == RoleAgent || r == RoleExpert || r == RoleBot }
