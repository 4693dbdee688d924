import { mixedPayloads } from '/work/wt-size/benchmarks/detection/payloads.ts';
const { createDetector } = await import(process.argv[2]); const d = createDetector();
const js = JSON.stringify(mixedPayloads(2**20)); const obj = JSON.parse(js); const text = JSON.stringify(mixedPayloads(2**15));
const time = (f,n)=>{const t=process.cpuUsage(); for(let i=0;i<n;i++) f(); const u=process.cpuUsage(t); return (u.user+u.system)/1000/n;};
const r={o:[],p:[],t:[]}; for(let k=0;k<30;k++){ r.o.push(time(()=>d.detect(obj),4)); r.p.push(time(()=>JSON.parse(js),8)); r.t.push(time(()=>d.detectText(text),60)); }
const s=a=>a.sort((x,y)=>x-y); const m=a=>s(a)[15]; console.log(process.argv[2].slice(0,24).padEnd(26),'obj min',s(r.o)[0].toFixed(2),'med',m(r.o).toFixed(2),'ratio min',(s(r.o)[0]/s(r.p)[0]).toFixed(2),'med',(m(r.o)/m(r.p)).toFixed(2),'text min',s(r.t)[0].toFixed(3),'med',m(r.t).toFixed(3));
