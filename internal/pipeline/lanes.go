package pipeline

import (
	"github.com/attune-cx/attune/features/prosody"
)

// laneGroup is a group of lanes of one rate and feature set, and whose they are.
type laneGroup struct {
	rate  int
	set   prosody.Set
	lanes *prosody.Group
	legs  [prosody.Lanes]*leg
	turn  uint32 // lanes that may give a block in this round: all, then those behind
	idle  uint32 // lanes whose leg has fallen silent
	trim  uint   // the step of trimEvery in which legs that are behind catch up
}

// everyLane is the turn of all lanes.
const everyLane = 1<<prosody.Lanes - 1

// join gives a leg a lane, in a group that has room or a new one.
func (s *shard) join(l *leg) error {
	for _, g := range s.groups {
		if g.rate == l.rate && g.set == l.set {
			if lane, ok := g.lanes.Join(); ok {
				g.legs[lane], l.group, l.lane = l, g, lane
				return nil
			}
		}
	}
	lanes, err := prosody.NewGroup(prosody.Config{Rate: l.rate, Set: l.set, Workspace: &s.workspace})
	if err != nil {
		return err
	}
	s.groups = append(s.groups, &laneGroup{rate: l.rate, set: l.set, lanes: lanes, trim: uint(len(s.groups)*37) % trimEvery})
	return s.join(l)
}

// leave frees a leg's lane; a group without legs is given up.
func (s *shard) leave(l *leg) {
	g := l.group
	if g == nil {
		return
	}
	g.lanes.Leave(l.lane)
	g.legs[l.lane], l.group = nil, nil
	if g.lanes.Len() > 0 {
		return
	}
	for i, other := range s.groups {
		if other == g {
			s.groups = append(s.groups[:i], s.groups[i+1:]...)
			return
		}
	}
}
