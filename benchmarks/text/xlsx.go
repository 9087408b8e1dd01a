package textbench

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

// readXLSX returns the rows of a workbook's first sheet (ECMA-376 part 1, 18.3) by the names in its first row.
func readXLSX(path string) ([]map[string]string, error) {
	z, err := zip.OpenReader(path)
	if err != nil {
		return nil, fmt.Errorf("textbench: %s: %w", path, err)
	}
	defer z.Close()
	var shared struct {
		Items []struct {
			Text string   `xml:"t"`
			Runs []string `xml:"r>t"`
		} `xml:"si"`
	}
	if err := readXML(z, "xl/sharedStrings.xml", &shared); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("textbench: %s: %w", path, err)
	}
	var strs []string
	for _, s := range shared.Items {
		strs = append(strs, s.Text+strings.Join(s.Runs, ""))
	}
	var sheet struct {
		Rows []struct {
			Cells []cell `xml:"c"`
		} `xml:"sheetData>row"`
	}
	if err := readXML(z, "xl/worksheets/sheet1.xml", &sheet); err != nil {
		return nil, fmt.Errorf("textbench: %s: %w", path, err)
	}
	var rows []map[string]string
	head := map[string]string{}
	for i, r := range sheet.Rows {
		row := map[string]string{}
		for _, c := range r.Cells {
			column := strings.TrimRight(c.Ref, "0123456789")
			if i == 0 {
				head[column] = c.text(strs)
			} else {
				row[head[column]] = c.text(strs)
			}
		}
		if i > 0 {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

type cell struct {
	Ref    string `xml:"r,attr"`
	Type   string `xml:"t,attr"`
	Value  string `xml:"v"`
	Inline string `xml:"is>t"`
}

func (c cell) text(shared []string) string {
	if c.Type == "inlineStr" {
		return c.Inline
	}
	if i, err := strconv.Atoi(c.Value); c.Type == "s" && err == nil && i >= 0 && i < len(shared) {
		return shared[i]
	}
	return c.Value
}

func readXML(z *zip.ReadCloser, name string, into any) error {
	f, err := z.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return xml.NewDecoder(f).Decode(into)
}
