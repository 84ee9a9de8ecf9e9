package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// dashboard is what is looked at of a dashboard of Grafana.
type dashboard struct {
	UID        string  `json:"uid"`
	Title      string  `json:"title"`
	Panels     []panel `json:"panels"`
	Templating struct {
		List []variable `json:"list"`
	} `json:"templating"`
}

type panel struct {
	ID      int    `json:"id"`
	Title   string `json:"title"`
	Type    string `json:"type"`
	GridPos struct {
		X, Y, W, H int
	} `json:"gridPos"`
	FieldConfig struct {
		Defaults struct {
			Unit string `json:"unit"`
		} `json:"defaults"`
	} `json:"fieldConfig"`
	Targets []struct {
		Expr string `json:"expr"`
	} `json:"targets"`
}

type variable struct {
	Name  string          `json:"name"`
	Type  string          `json:"type"`
	Query json.RawMessage `json:"query"`
}

// gridWidth is how many columns a dashboard has.
const gridWidth = 24

func checkDashboards(d deployment) []finding {
	files, err := fs.Glob(os.DirFS(d.root), "grafana/*.json")
	if err != nil || len(files) == 0 {
		return unread("grafana", fs.ErrNotExist)
	}
	var findings []finding
	for _, name := range files {
		content, err := d.read(filepath.ToSlash(name))
		if err != nil {
			return unread(name, err)
		}
		var board dashboard
		if err := json.NewDecoder(bytes.NewReader(content)).Decode(&board); err != nil {
			findings = append(findings, finding{name, "json_invalid", err.Error()})
			continue
		}
		findings = append(findings, d.checkDashboard(name, board)...)
	}
	return findings
}

func (d deployment) checkDashboard(name string, board dashboard) []finding {
	var findings []finding
	add := func(code, detail string) { findings = append(findings, finding{name, code, detail}) }
	if board.UID == "" || board.Title == "" || len(board.Panels) == 0 {
		add("dashboard_empty", "want uid, title and panels")
	}
	values := map[string]string{"__rate_interval": "5m", "__interval": "1m", "__range": "1h"}
	for _, v := range board.Templating.List {
		values[v.Name] = ".*"
		var query string
		if err := json.Unmarshal(v.Query, &query); err != nil {
			add("variable_invalid", v.Name)
		}
		if of, ok := strings.CutPrefix(query, "label_values("); ok {
			metric, _, _ := strings.Cut(of, ",")
			findings = append(findings, d.checkExpression(name, "variable "+v.Name, metric)...)
		}
	}
	taken := map[[2]int]int{}
	ids := map[int]bool{}
	for _, p := range board.Panels {
		if p.ID == 0 || ids[p.ID] {
			add("panel_incomplete", p.where()+": want an id of its own")
		}
		ids[p.ID] = true
		if other := p.covers(taken); other != 0 {
			add("panel_covered", fmt.Sprintf("%s and panel %d", p.where(), other))
		}
		findings = append(findings, d.checkPanel(name, p, values)...)
	}
	return findings
}

func (p panel) where() string { return fmt.Sprintf("panel %d %q", p.ID, p.Title) }

// covers takes the cells of a panel, and returns the panel that had one of them.
func (p panel) covers(taken map[[2]int]int) (other int) {
	for x := range p.GridPos.W {
		for y := range p.GridPos.H {
			cell := [2]int{p.GridPos.X + x, p.GridPos.Y + y}
			other = max(other, taken[cell])
			taken[cell] = p.ID
		}
	}
	return other
}

func (d deployment) checkPanel(name string, p panel, values map[string]string) []finding {
	var findings []finding
	add := func(code, detail string) { findings = append(findings, finding{name, code, p.where() + ": " + detail}) }
	if p.Title == "" || p.FieldConfig.Defaults.Unit == "" || len(p.Targets) == 0 {
		add("panel_incomplete", "want a title, a unit and targets")
	}
	if p.GridPos.W < 1 || p.GridPos.H < 1 || p.GridPos.X < 0 || p.GridPos.X+p.GridPos.W > gridWidth {
		add("panel_outside", fmt.Sprint(p.GridPos))
	}
	for _, t := range p.Targets {
		expression, unknown := filled(t.Expr, values)
		for _, v := range unknown {
			add("variable_unknown", v)
		}
		findings = append(findings, d.checkExpression(name, p.where(), expression)...)
	}
	return findings
}

var variableUse = regexp.MustCompile(`\$(?:\{(\w+)[^}]*\}|(\w+))`)

// filled puts values in the place of variables.
func filled(expression string, values map[string]string) (text string, unknown []string) {
	text = variableUse.ReplaceAllStringFunc(expression, func(use string) string {
		m := variableUse.FindStringSubmatch(use)
		v := m[1] + m[2]
		if _, ok := values[v]; !ok {
			unknown = append(unknown, v)
		}
		return values[v]
	})
	return text, unknown
}
